import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { tallied } from './tallied-counter.ts';

function counterOf() {
  const registry = new Registry();
  const counter = tallied({ name: 'asked_total', help: 'Asked.', labelNames: ['model'], registers: [registry] });
  const lines = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('asked_total'));
  return { counter, lines };
}

test('what is added to a series is there whenever the counter is read, once', async () => {
  const { counter, lines } = counterOf();
  const series = counter.series({ model: 'weapons' });
  series.add();
  series.add();
  expect(await lines()).toEqual(['asked_total{model="weapons"} 2']);
  expect(await lines()).toEqual(['asked_total{model="weapons"} 2']);
  series.add();
  expect((await counter.get()).values).toMatchObject([{ labels: { model: 'weapons' }, value: 3 }]);
  expect(await lines()).toEqual(['asked_total{model="weapons"} 3']);
});

test('a series adds up with what is counted by its labels, and with itself, held twice', async () => {
  const { counter, lines } = counterOf();
  counter.series({ model: 'weapons' }).add();
  counter.series({ model: 'weapons' }).add();
  counter.inc({ model: 'weapons' }, 3);
  counter.inc({ model: 'money' }, 1);
  expect((await lines()).toSorted()).toEqual(['asked_total{model="money"} 1', 'asked_total{model="weapons"} 5']);
});

test('a series shows once something was added, or from the start where that was foreseen', async () => {
  const { counter, lines } = counterOf();
  const series = counter.series({ model: 'weapons' });
  counter.series({ model: 'money' });
  expect(await lines()).toEqual([]);
  counter.inc({ model: 'money' }, 0);
  expect(await lines()).toEqual(['asked_total{model="money"} 0']);
  series.add();
  expect(await lines()).toContain('asked_total{model="weapons"} 1');
});

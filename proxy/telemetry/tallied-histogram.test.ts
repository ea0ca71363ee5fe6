import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { talliedHistogram } from './tallied-histogram.ts';

const BUCKETS = [0.001, 0.5, 2, 60];
const base = { name: 'took_seconds', help: 'How long it "took",\nas said.', buckets: BUCKETS };

/** The same histogram, ours and prom-client's, and what each tells. */
function both<L extends string>(...labelNames: L[]) {
  const registries = [new Registry(), new Registry()] as const;
  const ours = talliedHistogram({ ...base, labelNames, registers: [registries[0]] });
  const theirs = new Histogram({ ...base, labelNames, registers: [registries[1]] });
  return {
    ours,
    theirs,
    texts: () => Promise.all(registries.map((registry) => registry.metrics())),
    objects: () => Promise.all(registries.map((registry) => registry.getMetricsAsJSON())),
  };
}

describe("a histogram tells what prom-client's would", () => {
  const value = fc.oneof(fc.constantFrom(0, -1, ...BUCKETS, 61), fc.double({ noNaN: true, min: 0, max: 100 }));
  const label = fc.constantFrom('a', 'b', 'say "so"\\\n');
  const observation = fc.record({ model: label, way: label, value });

  test('whatever was observed, in whatever series', async () => {
    const run = async (observations: { model: string; way: string; value: number }[]) => {
      const { ours, theirs, texts } = both('model', 'way');
      for (const { value, ...labels } of observations) {
        ours.series(labels).observe(value);
        theirs.observe(labels, value);
      }
      const [text, expected] = await texts();
      expect(text).toBe(expected);
    };
    await fc.assert(fc.asyncProperty(fc.array(observation, { maxLength: 40 }), run), { numRuns: 100 });
  });

  test('without labels, before and after the first observation', async () => {
    const { ours, theirs, texts } = both();
    const expectSame = async () => {
      const [text, expected] = await texts();
      expect(text).toBe(expected);
    };
    await expectSame();
    ours.series({}).observe(3);
    theirs.observe(3);
    await expectSame();
  });

  test('as an object, too', async () => {
    const { ours, theirs, objects } = both('model');
    ours.series({ model: 'weapons' }).observe(0.3);
    theirs.observe({ model: 'weapons' }, 0.3);
    const [mine, expected] = (await objects()).map(([histogram]) => histogram!);
    expect(mine).toMatchObject({ name: 'took_seconds', type: 'histogram', aggregator: 'sum' });
    expect(mine!.values).toHaveLength(BUCKETS.length + 3);
    expect(expected!.values).toMatchObject(mine!.values);
  });

  test('of a series that was foreseen, and of none that was only asked for', async () => {
    const { ours, theirs, texts } = both('model');
    ours.series({ model: 'money' });
    ours.zero({ model: 'weapons' });
    theirs.zero({ model: 'weapons' });
    const [text, expected] = await texts();
    expect(text).toContain('took_seconds_count{model="weapons"} 0');
    expect(text).toBe(expected);
  });
});

test('a series is the same one in whatever order its labels are named', async () => {
  const { ours, texts } = both('model', 'way');
  ours.series({ model: 'weapons', way: 'live' }).observe(1);
  ours.series({ way: 'live', model: 'weapons' }).observe(1);
  const [text] = await texts();
  expect(text!.match(/_count/g)).toHaveLength(1);
  expect(text).toContain('took_seconds_count{model="weapons",way="live"} 2');
});

test('what is no finite number is not counted', async () => {
  const { ours, texts } = both('model');
  const series = ours.series({ model: 'weapons' });
  for (const value of [Number.NaN, 1, Number.POSITIVE_INFINITY]) series.observe(value);
  const [text] = await texts();
  expect(text).toContain('took_seconds_sum{model="weapons"} 1\n');
  expect(text).toContain('took_seconds_count{model="weapons"} 1');
});

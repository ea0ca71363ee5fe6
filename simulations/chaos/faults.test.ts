import { expect, test } from 'vitest';
import { type PlanOptions, planFaults } from './faults.ts';

const options: PlanOptions = { models: ['weapons'], proxies: ['proxy-1', 'proxy-2'], usual: 'emulator' };
const names = (changes: Partial<PlanOptions>) =>
  planFaults({ ...options, ...changes }).map(({ name, broker }) => `${name} ${broker}`);

test('every process is killed and frozen, then the embedded Pub/Sub misbehaves in each of its ways', () => {
  const all = names({});
  for (const part of ['proxy-1', 'proxy-2', 'weapons', 'redis', 'catalog']) {
    expect(all).toContain(`${part}=kill emulator`);
    expect(all).toContain(`${part}=freeze emulator`);
  }
  const own = all.filter((name) => name.startsWith('pubsub='));
  expect(own).toContain('pubsub=freeze embedded');
  expect(own).toContain('pubsub=drop-acks embedded');
  expect(all.slice(-own.length)).toEqual(own);
});

test("without Google's emulator all of it runs on the embedded one", () => {
  expect(names({ usual: 'embedded' }).every((name) => name.endsWith(' embedded'))).toBe(true);
  expect(names({ usual: 'embedded' })).toHaveLength(names({}).length);
});

test('one Pub/Sub can be asked for; that of Google does not misbehave on request', () => {
  expect(names({ broker: 'emulator' }).some((name) => name.startsWith('pubsub'))).toBe(false);
  expect(names({ broker: 'embedded' })).toContain('redis=kill embedded');
  const wanted = [{ part: 'pubsub', how: 'cut' }] as const;
  expect(() => planFaults({ ...options, broker: 'emulator', wanted })).toThrow('pubsub=cut: only the embedded Pub/Sub');
});

test('a proxy and Pub/Sub are frozen for longer than the ack deadline of 10 s, unless a time is asked for', () => {
  const wanted = [
    { part: 'proxy-1', how: 'freeze' },
    { part: 'pubsub', how: 'freeze' },
  ] as const;
  for (const { forMs } of planFaults({ ...options, wanted })) expect(forMs).toBeGreaterThan(10_000);
  for (const { forMs } of planFaults({ ...options, wanted, forMs: 500 })) expect(forMs).toBe(500);
});

test('what the broker repeats later is waited for', () => {
  const lingering = planFaults(options).filter(({ lingerMs }) => lingerMs > 10_000);
  expect(lingering.map(({ name }) => name)).toEqual(['pubsub=drop-acks', 'pubsub=duplicate', 'pubsub=all']);
});

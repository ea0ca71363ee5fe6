import { expect, test } from 'vitest';
import { parseConfig } from '../../proxy/config.ts';
import { settleBoundMs } from './settle-bound.ts';

const model = { topic: 'weapons', target: 'x:1', reads: ['title'], policy: { review: 0.5, remove: 0.9 } };
const boundOf = (sections: object) =>
  settleBoundMs(
    parseConfig(JSON.stringify({ pubsub: { project: 'p' }, models: { weapons: model }, ...sections }), {}),
    {
      maximumBackoffMs: 5_000,
    },
  );

test('the bound is the longest way that the configuration leaves an event', () => {
  // Lease 60 s; main 5 + 2 + 5 s; in touch again 11 s, breaker 5 s; twice the backlog's 5 + 15 + 5 s.
  expect(boundOf({})).toBe(60_000 + 12_000 + 11_000 + 5_000 + 50_000);
});

test('it grows with the lease, the budgets and the slowest breaker', () => {
  const base = boundOf({});
  expect(boundOf({ pubsub: { project: 'p', ackDeadline: '70s' } })).toBe(base + 10_000);
  expect(boundOf({ backlog: { budget: '16s' } })).toBe(base + 2_000);
  expect(boundOf({ models: { weapons: { ...model, breaker: { reset: '9s' } } } })).toBe(base + 4_000);
});

import { afterEach, expect, test, vi } from 'vitest';
import { MODELS } from '../../../infra/local/stack.ts';
import { parseIncident } from '../incident.ts';
import { strategyNamed } from '../strategies/strategies.ts';
import type { Strategy } from '../strategy.ts';
import { planReal } from './plan-real.ts';

afterEach(() => void vi.unstubAllEnvs());

const INCIDENT = `
title: t
about: a
calm: 10s
after: 20s
subscriptions: { items: { ackDeadline: 10500ms, backoff: { min: 500ms, max: 20s } } }
faults: [{ kind: model down, model: ill, at: 5s, for: 30s }]
`;

function planOf(strategy: Strategy, replicas = 2) {
  const incident = parseIncident(INCIDENT, 'own.yaml');
  return planReal({ incident, strategy, replicas, rate: 5, seed: 1, env: {} });
}

test('times and subscriptions are those of the incident, in the units of Pub/Sub', async () => {
  const plan = await planOf(strategyNamed('nack', MODELS));
  expect(plan.loadMs).toBe(65_000);
  expect(plan.steps.map(({ atMs, part }) => [atMs, part])).toEqual([
    [15_000, 'weapons'],
    [45_000, 'weapons'],
  ]);
  expect(plan.subscriptions).toEqual({
    items: { ackDeadlineSeconds: 11, backoffSeconds: { minimum: 0.5, maximum: 20 } },
    backlog: { ackDeadlineSeconds: 10, backoffSeconds: { minimum: 1, maximum: 10 } },
  });
  // Longer than the longest pause after a fault.
  expect(plan.settleMs).toBeGreaterThan(20_000);
});

test('what can only be run in virtual time is refused with the reason', async () => {
  const strategy = { ...strategyNamed('nack', MODELS), name: 'thought', onlyVirtual: 'it is a thought' };
  await expect(planOf(strategy)).rejects.toThrow("strategy thought can't be run with --real: it is a thought");
});

test('more proxies than a machine should have are refused', async () => {
  await expect(planOf(strategyNamed('nack', MODELS), 21)).rejects.toThrow("21 replicas can't be run with --real");
});

test('a strategy that needs a Redis says so where there is none', async () => {
  vi.stubEnv('PATH', '');
  await expect(planOf(strategyNamed('redis-cache', MODELS))).rejects.toThrow(
    'strategy redis-cache needs a redis-server on the PATH',
  );
});

import { describe, expect, test } from 'vitest';
import { parseIncident } from '../incident.ts';
import { configure } from '../run-incident.ts';
import { STRATEGY_NAMES, strategyNamed } from './strategies.ts';

const incident = parseIncident(
  'title: T\nabout: A\nfaults: [{ kind: model down, model: ill, at: 0s, for: 10s }]\n',
  'mine.yaml',
);
const configured = (strategy: string) =>
  configure({ incident, strategy, replicas: 1, rate: 5, models: 2, seed: 1 }).config;

test('each name has a strategy of that name that says what it does, and a configuration without fault', () => {
  expect(STRATEGY_NAMES).toEqual([
    'nack',
    'memory-cache',
    'sidecar-cache',
    'redis-cache',
    'internal-queues',
    'backlog-per-model',
    'backlog-combined',
    'eddy',
  ]);
  for (const name of STRATEGY_NAMES) {
    const strategy = strategyNamed(name, ['weapons', 'money']);
    expect(strategy.name).toBe(name);
    expect(strategy.about).toMatch(/^[A-Z].*\.$/);
    expect(Object.keys(configured(name).models)).toEqual(['weapons', 'money']);
  }
});

test('another name is refused with those that there are', () => {
  expect(() => strategyNamed('edy', [])).toThrow(`there is no strategy "edy"; there are: ${STRATEGY_NAMES.join(', ')}`);
});

describe('the configuration', () => {
  test('of what ships is changed in nothing', () => {
    expect(strategyNamed('eddy', [])).toMatchObject({ config: {}, build: {} });
  });

  test('keeps predictions where the name says', () => {
    const kinds = STRATEGY_NAMES.map((name) => [name, configured(name).cache.kind]);
    expect(Object.fromEntries(kinds)).toEqual({
      nack: 'none',
      'memory-cache': 'memory',
      'sidecar-cache': 'redis',
      'redis-cache': 'redis',
      'internal-queues': 'redis',
      'backlog-per-model': 'none',
      'backlog-combined': 'none',
      eddy: 'redis',
    });
    expect(strategyNamed('sidecar-cache', []).build.hasSidecar).toBe(true);
  });

  test('has the form of the backlog that the name says', () => {
    expect(configured('backlog-per-model').backlog.mode).toBe('per-model');
    expect(configured('backlog-combined').backlog.mode).toBe('combined');
  });

  test('takes ten messages at a time and keeps nothing of what was fetched where it was published so', () => {
    for (const name of [
      'nack',
      'memory-cache',
      'sidecar-cache',
      'redis-cache',
      'backlog-per-model',
      'backlog-combined',
    ]) {
      const { items, backlog, enrichment } = configured(name);
      expect([name, items.maxInFlight, backlog.maxInFlight, enrichment.seller!.ttl]).toEqual([name, 10, 10, 1]);
    }
  });
});

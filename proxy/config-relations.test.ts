import { describe, expect, test } from 'vitest';
import { relationFaults } from './config-relations.ts';
import { configOf } from './testing/config.ts';

type Changes = Parameters<typeof configOf>[1];
type Models = Parameters<typeof configOf>[0];

/** The faults of a configuration with one model and these changes, by path. */
function faultsOf(changes: Changes, models: Models = { weapons: {} }): Record<string, string> {
  return Object.fromEntries(relationFaults(configOf(models, changes)).map(({ path, message }) => [path, message]));
}
const ofModel = (model: Models[string], changes: Changes = {}) => faultsOf(changes, { weapons: model });

describe('the relations of a configuration', () => {
  test('hold by default', () => {
    expect(faultsOf({})).toEqual({});
  });

  test.each(['items', 'backlog'] as const)(
    '%s: the budget and two publishes, that of an older decision and its own, end before the lease does',
    (intake) => {
      const changes = (ackDeadline: string) => ({
        pubsub: { project: 'p', ackDeadline, publishTimeout: '5s' },
        items: { budget: '1s' },
        backlog: { budget: '1s' },
        [intake]: { budget: '10s' },
      });
      expect(faultsOf(changes('20001ms'))).toEqual({});
      expect(faultsOf(changes('20s'))).toEqual({
        [`${intake}.budget`]: '10000 ms and twice a publish of 5000 ms must end before pubsub.ackDeadline (20000 ms)',
      });
    },
  );

  test('the age at which an entry is given up is longer than a pass', () => {
    expect(faultsOf({ backlog: { maxAge: '5001ms', budget: '5s' } })).toEqual({});
    expect(Object.keys(faultsOf({ backlog: { maxAge: '5s', budget: '5s' } }))).toEqual(['backlog.maxAge']);
  });

  test("a model's timeout fits into the budgets of both intakes", () => {
    expect(ofModel({ timeout: '1999ms' })).toEqual({});
    expect(ofModel({ timeout: '2s' })).toEqual({
      'models.weapons.timeout': '2000 ms must fit into items.budget (2000 ms)',
    });
    expect(ofModel({ timeout: '900ms' }, { backlog: { budget: '800ms' } })).toEqual({
      'models.weapons.timeout': '900 ms must fit into backlog.budget (800 ms)',
    });
  });

  test('what is fetched for a model takes its part of the budget', () => {
    const enrichment = { seller: { target: 'catalog:1', timeout: '800ms' } };
    expect(ofModel({ timeout: '1199ms', needs: ['seller'] }, { enrichment })).toEqual({});
    expect(ofModel({ timeout: '1200ms', needs: ['seller'] }, { enrichment })).toEqual({
      'models.weapons.timeout': '1200 ms after an enrichment of 800 ms must fit into items.budget (2000 ms)',
    });
    expect(ofModel({ timeout: '1200ms' }, { enrichment })).toEqual({});
  });

  test('a breaker stays open for longer than a call may take', () => {
    expect(ofModel({ timeout: '500ms', breaker: { reset: '501ms' } })).toEqual({});
    expect(ofModel({ timeout: '500ms', breaker: { reset: '500ms' } })).toEqual({
      'models.weapons.breaker.reset': "must be longer than the model's timeout (500 ms)",
    });
  });

  test('the thresholds are in order', () => {
    expect(ofModel({ policy: { review: 0.9, remove: 0.9 } })).toEqual({});
    expect(ofModel({ policy: { review: 0.91, remove: 0.9 } })).toEqual({
      'models.weapons.policy': 'review (0.91) must not be above remove (0.9)',
    });
  });

  test('the concurrency begins within its maximum', () => {
    expect(ofModel({ concurrency: { initial: 9, max: 9 } })).toEqual({});
    expect(ofModel({ concurrency: { initial: 9, max: 8 } })).toEqual({
      'models.weapons.concurrency': 'initial (9) must not be above max (8)',
    });
  });

  test('what a model needs can be fetched', () => {
    expect(ofModel({ needs: ['seller'] })).toEqual({
      'models.weapons.needs': '"seller" has no section enrichment.seller',
    });
  });

  test('no two models judge one topic', () => {
    expect(faultsOf({}, { a: { topic: 'weapons' }, b: { topic: 'weapons' } })).toEqual({
      'models.b.topic': '"weapons" is already the topic of models.a',
    });
  });

  test('no Pub/Sub topic or subscription serves two purposes', () => {
    expect(faultsOf({ pubsub: { project: 'p', topics: { backlog: 'x', quarantine: 'x' } } })).toEqual({
      'pubsub.topics.quarantine': '"x" already serves as backlog',
    });
    expect(faultsOf({ pubsub: { project: 'p', subscriptions: { items: 'x', backlog: 'x' } } })).toEqual({
      'pubsub.subscriptions.backlog': 'must differ from pubsub.subscriptions.items',
    });
  });

  test('a cache in Redis has its address', () => {
    expect(Object.keys(faultsOf({ cache: { kind: 'redis' } }))).toEqual(['cache.url']);
    expect(faultsOf({ cache: { kind: 'redis', url: 'localhost:6379' } })).toEqual({
      'cache.url': 'expected redis:// or rediss:// at its beginning',
    });
    expect(faultsOf({ cache: { kind: 'redis', url: 'redis://:a/b@host:6379' } })).toEqual({
      'cache.url': expect.stringContaining('/ is %2F'),
    });
    expect(faultsOf({ cache: { kind: 'redis', url: 'rediss://r' } })).toEqual({});
    expect(faultsOf({ cache: { kind: 'redis', url: 'redis://:a%2Fb@host:6379' } })).toEqual({});
    expect(faultsOf({ cache: { kind: 'memory', url: 'anything' } })).toEqual({});
  });

  test('the cache costs an item no more than it may', () => {
    expect(faultsOf({ cache: { timeout: '15ms' } })).toEqual({});
    // Two trips of 1.25 times that would cost more than 50 ms.
    expect(faultsOf({ cache: { timeout: '21ms' } })).toEqual({
      'cache.timeout': expect.stringMatching(/at most \d+ms/),
    });
  });

  test('are told of all at once', () => {
    const faults = faultsOf({ cache: { kind: 'redis', timeout: '1s' } }, { a: { timeout: '1m', needs: ['seller'] } });
    expect(Object.keys(faults).toSorted()).toEqual([
      'cache.timeout',
      'cache.url',
      'models.a.breaker.reset',
      'models.a.needs',
      'models.a.timeout',
    ]);
  });
});

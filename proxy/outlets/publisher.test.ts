import type { PublishOptions, PubSub } from '@google-cloud/pubsub';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Config } from '../config-schema.ts';
import { TICK_MS } from '../store/expiry.ts';
import { configOf } from '../testing/config.ts';
import { turn } from '../testing/seat.ts';
import { createPublisher, type Outlet, PublishError } from './publisher.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A Pub/Sub that confirms what it is told to. */
function fakePubSub() {
  const messages: { topic: string; data: Buffer; attributes: Record<string, string> }[] = [];
  const confirmations: PromiseWithResolvers<string>[] = [];
  const options = new Map<string, PublishOptions>();
  const pubsub = {
    topic(name: string, publishOptions: PublishOptions) {
      options.set(name, publishOptions);
      return {
        publishMessage(message: { data: Buffer; attributes: Record<string, string> }) {
          messages.push({ topic: name, ...message });
          const confirmation = Promise.withResolvers<string>();
          confirmations.push(confirmation);
          return confirmation.promise;
        },
      };
    },
  };
  return { pubsub: pubsub as unknown as PubSub, messages, confirmations, options };
}

function publisherOf(changes: Partial<Config['pubsub']> = {}) {
  const fake = fakePubSub();
  const told: [Outlet, boolean][] = [];
  const config = { ...configOf({ weapons: {} }).pubsub, publishTimeout: 500, ...changes };
  const observer = { published: (outlet: Outlet, isConfirmed: boolean) => told.push([outlet, isConfirmed]) };
  const publisher = createPublisher(fake.pubsub, config, observer, () => performance.now());
  return { ...fake, publisher, told };
}
const message = { data: Buffer.from('data'), attributes: { key: 'value' } };

describe('a publish', () => {
  test('goes to the topic that the configuration names, and resolves when the broker has confirmed', async () => {
    const it = publisherOf();
    const done = vi.fn();
    const publishing = it.publisher.publish('deadLetter', message).then(done);
    await turn();
    expect(it.messages).toEqual([{ topic: 'moderation-dead-letter', ...message }]);
    expect([done.mock.calls.length, it.publisher.inFlight, it.told]).toEqual([0, 1, []]);
    it.confirmations[0]!.resolve('id');
    await publishing;
    expect([it.publisher.inFlight, it.told]).toEqual([0, [['deadLetter', true]]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is refused fails with the reason and the topic', async () => {
    const it = publisherOf();
    const cause = new Error('NOT_FOUND: no topic');
    const publishing = it.publisher.publish('decisions', message);
    it.confirmations[0]!.reject(cause);
    await expect(publishing).rejects.toThrow('moderation-decisions has not confirmed: NOT_FOUND: no topic');
    await expect(publishing).rejects.toBeInstanceOf(PublishError);
    await expect(publishing).rejects.toMatchObject({ cause });
    expect([it.publisher.inFlight, it.told]).toEqual([0, [['decisions', false]]]);
  });

  test('that hangs fails in time', async () => {
    const it = publisherOf();
    const publishing = expect(it.publisher.publish('backlog', message)).rejects.toThrow(
      'moderation-backlog has not confirmed: no answer within 500 ms',
    );
    await vi.advanceTimersByTimeAsync(499);
    expect(it.told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1 + TICK_MS);
    await publishing;
    expect(it.told).toEqual([['backlog', false]]);
  });

  test('that hangs stays in flight, for the client holds its memory, until the broker has answered', async () => {
    const it = publisherOf();
    const publishing = expect(it.publisher.publish('backlog', message)).rejects.toThrow(PublishError);
    await vi.advanceTimersByTimeAsync(500 + TICK_MS);
    await publishing;
    expect(it.publisher.inFlight).toBe(1);
    it.confirmations[0]!.reject(new Error('too late'));
    await turn();
    expect([it.publisher.inFlight, it.told.length]).toEqual([0, 1]);
  });

  test('beyond the bound in flight fails at once, and is not handed to the client', async () => {
    const it = publisherOf({ maxPublishesInFlight: 2 });
    const first = it.publisher.publish('decisions', message);
    void it.publisher.publish('backlog', message);
    const refused = it.publisher.publish('decisions', message);
    await expect(refused).rejects.toThrow('moderation-decisions has not confirmed: 2 publishes are in flight already');
    await expect(refused).rejects.toBeInstanceOf(PublishError);
    expect(it.messages).toHaveLength(2);
    it.confirmations[0]!.resolve('id');
    await first;
    void it.publisher.publish('decisions', message);
    expect(it.messages).toHaveLength(3);
    for (const { resolve } of it.confirmations) resolve('id');
  });
});

test('the client is told not to retry for longer than a publish may take, on any topic', () => {
  const it = publisherOf();
  expect([...it.options.keys()].toSorted()).toEqual([
    'moderation-backlog',
    'moderation-dead-letter',
    'moderation-decisions',
    'moderation-quarantine',
  ]);
  for (const { gaxOpts } of it.options.values()) {
    expect(gaxOpts).toMatchObject({ timeout: 500, retry: { backoffSettings: { totalTimeoutMillis: 500 } } });
  }
});

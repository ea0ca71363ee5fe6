import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startGrpcServer } from '../../infra/grpc/server.ts';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { Decision, ModerationServiceClient } from '../../proto/generated/moderation/v1/moderation.ts';
import type { Spine } from '../moderate.ts';
import { PublishError } from '../outlets/publisher.ts';
import { eventOf } from '../testing/events.ts';
import { type ModerationServiceOptions, moderationService } from './moderation-service.ts';

const DECISION = Decision.fromPartial({ id: 'decision-1', itemId: 'item-1', revision: 1 });

type Answered = Parameters<Spine['answer']>;

/** The endpoint on a port, before a spine that answers as told. */
async function serve(
  answer: (...asked: Answered) => ReturnType<Spine['answer']> = async () => DECISION,
  changes: Partial<ModerationServiceOptions> = {},
) {
  const asked: Answered[] = [];
  const spine = {
    answer(...args: Answered) {
      asked.push(args);
      return answer(...args);
    },
  };
  const service = moderationService({
    spine,
    maxInFlight: 10,
    budgetMs: 2_000,
    ...changes,
  });
  const server = await startGrpcServer({ host: '127.0.0.1', port: 0, drainMs: 0, services: [service] });
  const client = new ModerationServiceClient(server.address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  onTestFinished(async () => {
    client.close();
    await server[Symbol.asyncDispose]();
  });
  const moderate = (event: ItemEvent, metadata: Record<string, string> = {}, timeoutMs = 10_000) =>
    new Promise<Decision>((resolve, reject) => {
      const sent = new Metadata();
      for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
      const deadline = Date.now() + timeoutMs;
      client.moderate(event, sent, { deadline }, (error: ServiceError | null, decision) =>
        error ? reject(error) : resolve(decision),
      );
    });
  return { moderate, asked };
}

describe('the synchronous endpoint', () => {
  test('answers with the decision on the event', async () => {
    const { moderate, asked } = await serve();
    expect(await moderate(eventOf(), { traceparent: '00-a-b-01' })).toEqual(DECISION);
    expect(asked[0]?.[0]).toMatchObject({ intake: 'moderate', event: eventOf(), traceparent: '00-a-b-01' });
    expect(asked[0]?.[0].sourceMessageId).toMatch(/^moderate-[0-9a-f-]{36}$/);
  });

  test('puts what is pending on the backlog only where that is asked for', async () => {
    const { moderate, asked } = await serve();
    await moderate(eventOf());
    await moderate(eventOf(), { 'eddy-backlog': 'enqueue' });
    expect(asked.map(([, { enqueue }]) => enqueue)).toEqual([false, true]);
  });

  test('takes no other word for it', async () => {
    const { moderate, asked } = await serve();
    await expect(moderate(eventOf(), { 'eddy-backlog': 'yes' })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'eddy-backlog: expected "enqueue", got "yes"',
    });
    expect(asked).toEqual([]);
  });

  test('spends no more time than its own budget, nor than the caller waits', async () => {
    const { moderate, asked } = await serve();
    await moderate(eventOf(), {}, 60_000);
    await moderate(eventOf(), {}, 1_000);
    const [own, callers] = asked.map(([, { budgetMs }]) => budgetMs);
    expect(own).toBe(2_000);
    expect(callers).toBeLessThanOrEqual(1_000);
    expect(callers).toBeGreaterThan(0);
  });

  test('names every field at fault', async () => {
    const { moderate, asked } = await serve();
    await expect(moderate(ItemEvent.fromPartial({ eventId: 'e', item: { itemId: 'i' } }))).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(
        /^the event is invalid: .*type: .*item\.revision: .*item\.sellerId: .*occurredAt: /s,
      ),
    });
    expect(asked).toEqual([]);
  });

  test('says that a newer revision is known', async () => {
    const { moderate } = await serve(async () => 'superseded');
    await expect(moderate(eventOf())).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
      details: 'a newer revision of the item is known',
    });
  });

  test('says UNAVAILABLE when the backlog has not confirmed', async () => {
    const { moderate } = await serve(() => Promise.reject(new PublishError('the backlog has not confirmed')));
    await expect(moderate(eventOf())).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      details: 'the backlog has not confirmed',
    });
  });

  test('tells nothing of a fault of ours to the caller', async () => {
    const { moderate } = await serve(() => Promise.reject(new TypeError('hunter2')));
    await expect(moderate(eventOf())).rejects.toMatchObject({
      code: status.INTERNAL,
      details: expect.not.stringContaining('hunter2'),
    });
  });

  test('refuses what is more than it may answer at one time, and takes more when it has answered', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { moderate, asked } = await serve(() => promise.then(() => DECISION), { maxInFlight: 2 });
    const answered = [moderate(eventOf()), moderate(eventOf())];
    await expect.poll(() => asked.length).toBe(2);
    await expect(moderate(eventOf())).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: '2 requests are being answered already',
    });
    resolve();
    await Promise.all(answered);
    expect(await moderate(eventOf())).toEqual(DECISION);
  });

  test('has room again after requests that failed', async () => {
    const { moderate } = await serve(() => Promise.reject(new Error('ours')), { maxInFlight: 1 });
    for (let asked = 0; asked < 3; asked++) {
      await expect(moderate(eventOf())).rejects.toMatchObject({ code: status.INTERNAL });
      await expect(moderate(eventOf({ revision: 0 }))).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    }
  });
});

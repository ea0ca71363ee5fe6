import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../../../models/host/random.ts';
import { connectMisbehaviour } from './misbehaviour-client.ts';
import { startPubSubServer } from './server.ts';
import { startTestClient } from './test-client.ts';

const timeoutMs = 10_000;

async function startMisbehaving(seed = 1) {
  const parts = new AsyncDisposableStack();
  const client = parts.use(await startTestClient({ misbehave: true, random: seededRandom(seed) }));
  const faults = parts.use(connectMisbehaviour(client.server.address));
  return { client, faults, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

const codeOf = (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => status.OK,
    (error) => error.code,
  );

describe('the misbehaviour switch', () => {
  test('does not exist unless it was asked for', async () => {
    await using client = await startTestClient();
    using faults = connectMisbehaviour(client.server.address);
    expect(await codeOf(faults.getCounts())).toBe(status.UNIMPLEMENTED);
  });

  test('refuses a share of the publishes with the codes that were asked for, and stores nothing of them', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    await faults.setMisbehaviour({
      refusedPublishes: [
        { code: status.UNAVAILABLE, share: 0.3 },
        { code: status.INTERNAL, share: 0.2 },
      ],
    });
    const codes = await Promise.all(Array.from({ length: 100 }, (_, index) => codeOf(client.publish(`${index}`))));
    expect(new Set(codes)).toEqual(new Set([status.OK, status.UNAVAILABLE, status.INTERNAL]));
    const taken = codes.filter((code) => code === status.OK).length;
    expect(taken).toBeGreaterThan(25);
    expect(taken).toBeLessThan(75);
    expect(await client.pull()).toHaveLength(taken);
    expect(await faults.getCounts()).toMatchObject({ published: taken, refusedPublishes: 100 - taken });
  });

  test('repeats itself for the same seed', async () => {
    const run = async (): Promise<number[]> => {
      await using running = await startMisbehaving(42);
      await running.faults.setMisbehaviour({ refusedPublishes: [{ code: status.ABORTED, share: 0.5 }] });
      const codes: number[] = [];
      for (let index = 0; index < 15; index += 1) codes.push(await codeOf(running.client.publish('a')));
      return codes;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  test('delays publishes', async () => {
    await using running = await startMisbehaving();
    await running.faults.setMisbehaviour({ publishDelayMs: 150 });
    const before = performance.now();
    await running.client.publish('a');
    expect(performance.now() - before).toBeGreaterThanOrEqual(145);
  });

  test('stores a publish and never confirms it', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    await faults.setMisbehaviour({ unconfirmedPublishes: 1 });
    let isConfirmed = false;
    const publishing = client.publish('a').then(
      () => {
        isConfirmed = true;
      },
      () => {},
    );
    await vi.waitUntil(async () => (await faults.getCounts()).published === 1, timeoutMs);
    expect((await client.pull()).map(({ text }) => text)).toEqual(['a']);
    expect(isConfirmed).toBe(false);
    await client.server[Symbol.asyncDispose]();
    await publishing;
    expect(isConfirmed).toBe(false);
  });

  test('drops acks', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    await client.publish('a');
    const [received] = await client.pull();
    await client.modify(1, received!.ackId);
    await faults.setMisbehaviour({ droppedAcks: 1 });
    await client.ack(received!.ackId);
    await vi.waitUntil(async () => (await client.pull()).length === 1, timeoutMs);
  });

  test('repeats deliveries', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    await faults.setMisbehaviour({ duplicates: 1 });
    await client.publish(...Array.from({ length: 50 }, (_, index) => `${index}`));
    const stream = client.stream();
    // Within 10 seconds each comes twice; some of them soon.
    await vi.waitUntil(() => stream.received.length > 50, timeoutMs);
  });

  test('lets messages overtake others', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    await faults.setMisbehaviour({ reordered: 0.5 });
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`);
    await client.publish(...texts);
    const stream = client.stream();
    await vi.waitUntil(() => stream.received.length === 20, timeoutMs);
    const received = stream.received.map(({ text }) => text);
    expect(received).not.toEqual(texts);
    expect(received.toSorted()).toEqual(texts.toSorted());
  });

  test('cuts streams at once, and again and again', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    const first = client.stream();
    await vi.waitUntil(() => first.responses.length > 0, timeoutMs);
    expect((await faults.getCounts()).openStreams).toBe(1);
    expect(await faults.cutStreams()).toBe(1);
    expect(await first.ended).toMatchObject({ code: status.UNAVAILABLE });
    await faults.setMisbehaviour({ cutStreamsEveryMs: 20 });
    for (let round = 0; round < 2; round += 1) {
      expect(await client.stream().ended).toMatchObject({ code: status.UNAVAILABLE });
    }
    await faults.setMisbehaviour({});
    expect((await faults.getCounts()).cutStreams).toBeGreaterThanOrEqual(3);
    const last = client.stream();
    await client.publish('a');
    await vi.waitUntil(() => last.received.length === 1, timeoutMs);
  });

  test('replaces what is in force rather than adding to it', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    await faults.setMisbehaviour({ refusedPublishes: [{ code: status.INTERNAL, share: 1 }] });
    await faults.setMisbehaviour({ duplicates: 1 });
    expect(await codeOf(client.publish('a'))).toBe(status.OK);
  });

  test('names every field at fault and leaves what is in force', async () => {
    await using running = await startMisbehaving();
    const { client, faults } = running;
    await faults.setMisbehaviour({ refusedPublishes: [{ code: status.INTERNAL, share: 1 }] });
    await expect(
      faults.setMisbehaviour({
        refusedPublishes: [
          { code: 0, share: 0.5 },
          { code: 14, share: 0.75 },
        ],
        publishDelayMs: 600_001,
        cutStreamsEveryMs: 9,
        duplicates: 1.5,
        droppedAcks: -1,
        reordered: Number.NaN,
        unconfirmedPublishes: 2,
      }),
    ).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details:
        'refused_publishes[0].code must be 1 to 16, but is 0; the shares of refused_publishes must sum up to at most 1, ' +
        'but make 1.25; publish_delay_ms must be at most 600000, but is 600001; cut_streams_every_ms must be 0 or ' +
        '10 to 3600000, but is 9; unconfirmed_publishes must be 0 to 1, but is 2; dropped_acks must be 0 to 1, but is -1; ' +
        'duplicates must be 0 to 1, but is 1.5; reordered must be 0 to 1, but is NaN',
    });
    expect(await codeOf(client.publish('a'))).toBe(status.INTERNAL);
  });

  test('refuses an interval that no timer takes', async () => {
    await using running = await startMisbehaving();
    await expect(running.faults.setMisbehaviour({ cutStreamsEveryMs: 3_600_001 })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: 'cut_streams_every_ms must be 0 or 10 to 3600000, but is 3600001',
    });
  });

  test('can be in force from the start', async () => {
    const misbehave = { refusedPublishes: [{ code: status.ABORTED, share: 1 }] };
    await using client = await startTestClient({ misbehave });
    expect(await codeOf(client.publish('a'))).toBe(status.ABORTED);
    await expect(startPubSubServer({ misbehave: { duplicates: 2 } })).rejects.toThrow('duplicates must be 0 to 1');
  });
});

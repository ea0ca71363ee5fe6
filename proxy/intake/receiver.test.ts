import { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IncomingMessage, ReceiveOptions } from './lease.ts';
import { leaseSecondsOf, Receiver } from './receiver.ts';
import type { PullCall, StreamRequest } from './streaming-pull.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A broker that heeds no limit, by hand. */
function rig(changes: Partial<ReceiveOptions> = {}, endsWhenAsked = true) {
  const events = new EventEmitter();
  const state = { first: undefined as StreamRequest | undefined, isPaused: false, isEnded: false, calls: 0 };
  const told: string[] = [];
  const givenUp: string[] = [];
  const lost: string[] = [];
  const refusals: Error[] = [];
  const call = Object.assign(events, {
    write(request: StreamRequest) {
      state.first ??= request;
    },
    pause() {
      state.isPaused = true;
    },
    resume() {
      state.isPaused = false;
    },
    end() {
      state.isEnded = true;
      if (endsWhenAsked) setTimeout(() => events.emit('status', { code: status.OK, details: '' }), 1);
    },
    cancel() {},
  }) as PullCall;
  async function tell(what: string, ackIds: string[]) {
    const refusal = refusals.shift();
    if (refusal) throw refusal;
    told.push(`${what} ${ackIds.join()}`);
  }
  const receiver = new Receiver(
    {
      async openStream() {
        state.calls++;
        events.removeAllListeners();
        return call;
      },
      acknowledge: (ackIds) => tell('ack', ackIds),
      modifyAckDeadline: (ackIds, seconds) => tell(seconds === 0 ? 'nack' : 'extend', ackIds),
      reconnect: () => {},
      async close() {
        told.push('closed');
      },
    },
    {
      maxMessages: 2,
      maxBytes: 1_000,
      maxLeaseMs: 60_000,
      drainMs: 5_000,
      ...changes,
      subscription: 'projects/p/subscriptions/s',
      onGivenUp: (what, count) => givenUp.push(`${what} ${count}`),
      onLost: ({ message }) => lost.push(message),
    },
  );
  const inWork = new Map<string, IncomingMessage>();
  const begun: string[] = [];
  const errors: string[] = [];
  receiver.on('message', (message) => {
    begun.push(message.id);
    inWork.set(message.id, message);
  });
  receiver.on('error', ({ message }) => errors.push(message));
  return {
    receiver,
    state,
    told,
    givenUp,
    lost,
    refusals,
    begun,
    errors,
    message: (id: string) => inWork.get(id)!,
    deliver(...ids: string[]) {
      const receivedMessages = ids.map((id) => ({
        ackId: `${id}!`,
        message: {
          messageId: id,
          data: Buffer.from(id),
          attributes: { key: id },
          publishTime: { seconds: '1700000000', nanos: 250_000_000 },
        },
      }));
      events.emit('data', { receivedMessages });
    },
    end(code: number) {
      if (code !== status.OK) events.emit('error', new Error('as gRPC does'));
      events.emit('status', { code, details: '' });
    },
    [Symbol.asyncDispose]: () => receiver.close(),
  };
}

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const fault = (code: number) => Object.assign(new Error(status[code]), { code });

async function opened(changes: Partial<ReceiveOptions> = {}, endsWhenAsked = true) {
  const it = rig(changes, endsWhenAsked);
  await pass();
  return it;
}

/** Closes while time goes on. */
async function closed(it: ReturnType<typeof rig>, withinMs = 10_000): Promise<number> {
  const fromMs = performance.now();
  let tookMs = Number.NaN;
  void it.receiver.close().then(() => {
    tookMs = performance.now() - fromMs;
  });
  await pass(withinMs);
  expect(tookMs).not.toBeNaN();
  return tookMs;
}

describe('a receiver', () => {
  test('tells the broker its limits and for how long it is lent a message', async () => {
    const it = await opened();
    expect(it.state.first).toEqual({
      subscription: 'projects/p/subscriptions/s',
      streamAckDeadlineSeconds: 20,
      maxOutstandingMessages: 2,
      maxOutstandingBytes: 1_000,
      clientId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      protocolVersion: 1,
    });
    await closed(it);
  });

  test('hands out messages as they are', async () => {
    const it = await opened();
    it.deliver('a');
    const { id, data, attributes, publishedAtMs } = it.message('a');
    expect({ id, data, attributes, publishedAtMs }).toEqual({
      id: 'a',
      data: Buffer.from('a'),
      attributes: { key: 'a' },
      publishedAtMs: 1_700_000_000_250,
    });
    it.message('a').ack();
    await closed(it);
  });

  test('tells of each message once what became of it', async () => {
    const it = await opened();
    it.deliver('a', 'b');
    it.message('a').ack();
    it.message('a').nack();
    it.message('a').ack();
    it.message('b').nack();
    it.message('b').ack();
    await pass(10);
    expect(it.told).toEqual(['ack a!', 'nack b!']);
    await closed(it);
    expect(it.told).toEqual(['ack a!', 'nack b!', 'closed']);
  });

  test('hands out the same message twice where the broker delivers it twice', async () => {
    const it = await opened();
    it.deliver('a');
    const first = it.message('a');
    it.deliver('a');
    expect(it.begun).toEqual(['a', 'a']);
    first.ack();
    it.message('a').nack();
    await closed(it);
    expect(it.told).toEqual(['ack a!', 'nack a!', 'closed']);
  });

  test('says when the subscription is gone, and can still acknowledge', async () => {
    const it = await opened();
    it.deliver('a');
    it.end(status.NOT_FOUND);
    it.message('a').ack();
    await pass(10);
    expect([it.errors, it.told]).toEqual([['5 NOT_FOUND: '], ['ack a!']]);
    await closed(it);
  });

  test('says when it receives nothing although the stream was opened again', async () => {
    const it = await opened();
    it.end(status.UNKNOWN);
    await pass();
    expect([it.state.calls, it.lost]).toEqual([2, []]);
    it.end(status.UNKNOWN);
    expect([it.lost, it.errors]).toEqual([['2 UNKNOWN: '], []]);
    await closed(it);
  });

  test('keeps what is in work over the end of a stream', async () => {
    const it = await opened();
    it.deliver('a');
    it.end(status.UNAVAILABLE);
    await pass(15_000);
    expect([it.state.calls, it.told]).toEqual([2, ['extend a!']]);
    it.message('a').ack();
    await pass(10);
    expect(it.told).toEqual(['extend a!', 'ack a!']);
    it.deliver('b');
    expect(it.begun).toEqual(['a', 'b']);
    it.message('b').ack();
    await closed(it);
  });

  test('lets go of what takes too long, and an ack of it is sent all the same', async () => {
    const it = await opened();
    it.deliver('a');
    await pass(60_000);
    const { length } = it.told;
    await pass(60_000);
    expect(it.told).toHaveLength(length);
    it.message('a').ack();
    await pass(10);
    expect(it.told.at(-1)).toBe('ack a!');
    await closed(it);
  });

  test('tells how many acks were lost, and goes on', async () => {
    const it = await opened();
    it.deliver('a', 'b', 'c');
    it.refusals.push(fault(status.PERMISSION_DENIED));
    it.message('a').ack();
    it.message('b').ack();
    await pass(10);
    expect([it.givenUp, it.begun]).toEqual([['ack 2'], ['a', 'b', 'c']]);
    it.message('c').ack();
    await closed(it);
    expect(it.told).toEqual(['ack c!', 'closed']);
  });

  test('is told once more where a fault passes', async () => {
    const it = await opened();
    it.deliver('a');
    it.refusals.push(fault(status.UNAVAILABLE), fault(status.UNAVAILABLE));
    it.message('a').ack();
    await pass(1_000);
    expect([it.told, it.givenUp]).toEqual([['ack a!'], []]);
    await closed(it);
  });
});

describe('the limit', () => {
  test('holds where the broker sends more, in the order in which it came', async () => {
    const it = await opened();
    it.deliver('a', 'b', 'c', 'd', 'e');
    expect([it.begun, it.state.isPaused]).toEqual([['a', 'b'], true]);
    it.message('b').ack();
    expect([it.begun, it.state.isPaused]).toEqual([['a', 'b', 'c'], true]);
    // What was on its way already.
    it.deliver('f');
    it.message('a').ack();
    it.message('c').nack();
    it.message('d').ack();
    expect([it.begun, it.state.isPaused]).toEqual([['a', 'b', 'c', 'd', 'e', 'f'], false]);
    it.message('e').ack();
    it.message('f').ack();
    await closed(it);
  });

  test('leaves nobody waiting where a message is given back as soon as it is handed out', async () => {
    const it = await opened();
    it.receiver.on('message', (message) => {
      it.begun.push(message.id);
      message.nack();
    });
    it.deliver(...Array.from({ length: 5_000 }, (_, index) => `${index}`));
    it.deliver('last');
    expect([it.begun.length, it.begun.at(-1), it.state.isPaused]).toEqual([5_001, 'last', false]);
    await closed(it);
  });

  test('leaves nobody waiting either where that befalls a long queue', async () => {
    const it = await opened();
    const held: IncomingMessage[] = [];
    it.receiver.on('message', (message) => {
      it.begun.push(message.id);
      if (held.push(message) > 2) message.nack();
    });
    it.deliver(...Array.from({ length: 9_000 }, (_, index) => `${index}`));
    expect(it.begun).toHaveLength(2);
    held[0]!.ack();
    expect([it.begun.length, it.begun.at(-1), it.state.isPaused]).toEqual([9_000, '8999', false]);
    held[1]!.ack();
    await closed(it);
  });

  test('is of what the broker was not told as well: nothing is begun while ten thousand acks wait', async () => {
    const it = await opened({ maxMessages: 100_000 });
    it.refusals.push(...Array.from({ length: 1_000 }, () => fault(status.UNAVAILABLE)));
    const ids = Array.from({ length: 10_000 }, (_, index) => `${index}`);
    it.deliver(...ids);
    for (const id of ids) it.message(id).ack();
    it.deliver('next');
    expect([it.begun.length, it.state.isPaused]).toEqual([10_000, true]);
    await pass(20_000);
    expect([it.begun.length, it.state.isPaused, it.givenUp.length]).toEqual([10_001, false, 4]);
    it.refusals.length = 0;
    it.message('next').ack();
    await closed(it);
  });

  test('does not keep the leases of what is queued from being extended', async () => {
    const it = await opened();
    it.deliver('a', 'b', 'c');
    await pass(13_000);
    expect(it.told).toEqual(['extend a!,b!,c!']);
    for (const id of ['a', 'b', 'c']) it.message(id).ack();
    await closed(it);
  });

  test('lets go of what was queued for too long', async () => {
    const it = await opened();
    it.deliver('a', 'b', 'c');
    await pass(63_000);
    it.deliver('d');
    it.message('a').ack();
    expect(it.begun).toEqual(['a', 'b', 'd']);
    it.message('b').ack();
    it.message('d').ack();
    await closed(it);
  });
});

describe('closing', () => {
  test('gives back at once what is queued and what still comes, and waits for what is in work', async () => {
    const it = await opened();
    it.deliver('a', 'b', 'c', 'd');
    const closing = it.receiver.close();
    expect([it.state.isEnded, it.state.isPaused]).toEqual([true, false]);
    it.deliver('e');
    await pass(1_000);
    expect(it.state.calls).toBe(1);
    expect([it.told, it.begun]).toEqual([
      ['nack c!,d!', 'nack e!'],
      ['a', 'b'],
    ]);
    it.message('a').ack();
    await pass(1_000);
    it.message('b').nack();
    const fromMs = performance.now();
    await closing;
    expect(performance.now() - fromMs).toBe(0);
    expect(it.state.calls).toBe(1);
    expect(it.told.slice(2)).toEqual(['ack a!', 'nack b!', 'closed']);
    expect(it.receiver.close()).toBe(closing);
  });

  test('gives back what is not done in the drain time, and then takes no ack of it any more', async () => {
    const it = await opened();
    it.deliver('a', 'b');
    it.message('a').ack();
    expect(await closed(it)).toBe(5_000);
    it.message('b').ack();
    await pass(60_000);
    expect(it.told).toEqual(['ack a!', 'nack b!', 'closed']);
  });

  test('sends no ack after the nack, even while the broker can still be told', async () => {
    const it = await opened();
    it.deliver('a');
    const closing = it.receiver.close();
    it.refusals.push(fault(status.UNAVAILABLE));
    await pass(5_010);
    it.message('a').ack();
    await pass(1_000);
    await closing;
    expect(it.told).toEqual(['nack a!', 'closed']);
  });

  test('keeps the leases of what is in work meanwhile', async () => {
    const it = await opened({ drainMs: 30_000 });
    it.deliver('a');
    const closing = it.receiver.close();
    await pass(24_000);
    it.message('a').ack();
    await pass(10);
    await closing;
    expect(it.told).toEqual(['extend a!', 'ack a!', 'closed']);
  });

  test('waits for a broker that takes no acks for a moment longer than the drain time, and no more', async () => {
    const it = await opened();
    it.deliver('a', 'b');
    it.refusals.push(...Array.from({ length: 1_000 }, () => fault(status.UNAVAILABLE)));
    it.message('a').ack();
    expect(await closed(it)).toBe(6_000);
    expect(it.told).toEqual(['closed']);
  });

  test('takes no time when there is nothing to wait for, also before there was a stream', async () => {
    expect(await closed(await opened())).toBe(1);
    expect(await closed(rig())).toBe(0);
  });

  test('is for good, also where it is listened to only after that', async () => {
    const never = new Receiver(
      {
        openStream: () => Promise.reject(new Error('opened')),
        acknowledge: async () => {},
        modifyAckDeadline: async () => {},
        reconnect: () => {},
        close: async () => {},
      },
      {
        subscription: 's',
        maxMessages: 1,
        maxBytes: 1,
        maxLeaseMs: 60_000,
        drainMs: 0,
        onGivenUp: () => {},
        onLost: () => {},
      },
    );
    const errors: Error[] = [];
    await never.close();
    never.on('error', (error) => errors.push(error));
    never.on('message', () => {});
    await pass();
    expect(errors).toEqual([]);
  });

  test('gives the broker a moment to end the stream, and gives back what comes meanwhile', async () => {
    const it = await opened({}, false);
    const closing = closed(it);
    await Promise.resolve();
    it.deliver('a', 'b');
    expect(await closing).toBe(1_000);
    expect([it.begun, it.told]).toEqual([[], ['nack a!,b!', 'closed']]);
  });
});

test('a message is lent for a third of the longest lease, within what Pub/Sub takes and a minute', () => {
  expect([1_000, 30_000, 60_000, 100_000, 600_000].map(leaseSecondsOf)).toEqual([10, 10, 20, 34, 60]);
});

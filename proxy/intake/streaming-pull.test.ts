import { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStreamingPull, type PullCall, type StreamRequest, type StreamResponse } from './streaming-pull.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

class FakeCall extends EventEmitter implements PullCall {
  readonly written: StreamRequest[] = [];
  readonly done: string[] = [];
  write(request: StreamRequest): void {
    this.written.push(request);
  }
  pause(): void {
    this.done.push('pause');
  }
  resume(): void {
    this.done.push('resume');
  }
  end(): void {
    this.done.push('end');
  }
  cancel(): void {
    this.done.push('cancel');
  }
  /** As gRPC ends a call: what is not OK is told as an error as well. */
  finish(code: number): void {
    if (code !== status.OK) this.emit('error', new Error(status[code]));
    this.emit('status', { code, details: 'told so' });
  }
}

const MESSAGES: StreamResponse = { receivedMessages: [{ ackId: 'a' }] };
const PROPERTIES: StreamResponse = { receivedMessages: [], subscriptionProperties: {} };

function rig(openings: (Error | 'hang')[] = []) {
  const calls: FakeCall[] = [];
  const responses: StreamResponse[] = [];
  const failures: string[] = [];
  const losses: string[] = [];
  let silences = 0;
  const stream = openStreamingPull({
    async open() {
      const opening = openings.shift();
      if (opening === 'hang') await new Promise(() => {});
      if (opening) throw opening;
      const call = new FakeCall();
      calls.push(call);
      return call;
    },
    first: { subscription: 's' },
    onResponse: (response) => void responses.push(response),
    onFailure: ({ message }) => void failures.push(message),
    onLost: ({ message }) => void losses.push(message),
    onSilence: () => silences++,
    random: () => 0,
  });
  return {
    stream,
    calls,
    responses,
    failures,
    losses,
    get silences() {
      return silences;
    },
    get last() {
      return calls.at(-1)!;
    },
    [Symbol.dispose]: () => stream[Symbol.dispose](),
  };
}

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('a stream', () => {
  test('begins by saying what it is of', async () => {
    using it = rig();
    await pass();
    expect(it.last.written).toEqual([{ subscription: 's' }]);
    it.last.emit('data', MESSAGES);
    expect(it.responses).toEqual([MESSAGES]);
  });

  test.each([status.OK, status.UNAVAILABLE, status.CANCELLED, status.UNKNOWN])(
    'that is ended with code %i is opened again at once',
    async (code) => {
      using it = rig();
      await pass();
      it.last.finish(code);
      await pass();
      expect([it.calls.length, it.failures, it.losses, it.last.written]).toEqual([2, [], [], [{ subscription: 's' }]]);
    },
  );

  test('that is ended again and again is opened after ever longer pauses, a minute at the most', async () => {
    using it = rig();
    await pass();
    const pauses: number[] = [];
    for (let end = 0; end < 13; end++) {
      const before = it.calls.length;
      it.last.emit('data', PROPERTIES);
      it.last.finish(status.UNAVAILABLE);
      const fromMs = performance.now();
      while (it.calls.length === before) await vi.advanceTimersToNextTimerAsync();
      pauses.push(performance.now() - fromMs);
    }
    expect(pauses.slice(0, 5)).toEqual([0, 100, 200, 400, 800]);
    expect(pauses.slice(-2)).toEqual([60_000, 60_000]);
  });

  test.each([status.OK, status.UNKNOWN, status.UNAVAILABLE])(
    'that is ended again and again with code %i is told of before each pause',
    async (code) => {
      using it = rig();
      await pass();
      for (let end = 0; end < 8; end++) {
        const before = it.calls.length;
        it.last.finish(code);
        while (it.calls.length === before) await vi.advanceTimersToNextTimerAsync();
      }
      expect(it.losses).toEqual(Array(7).fill(`${code} ${status[code]}: told so`));
      it.last.emit('data', MESSAGES);
      it.last.finish(code);
      await pass();
      expect(it.losses).toHaveLength(7);
    },
  );

  test('that has brought messages, or lived for long, is opened again at once when it ends', async () => {
    using it = rig();
    await pass();
    for (let end = 0; end < 5; end++) {
      it.last.emit('data', MESSAGES);
      it.last.finish(status.UNAVAILABLE);
      await pass();
    }
    expect(it.calls).toHaveLength(6);
    for (let end = 0; end < 5; end++) {
      await pass(60_000);
      it.last.finish(status.UNAVAILABLE);
      await pass();
    }
    expect(it.calls).toHaveLength(11);
  });

  test('for which there is no connection is opened when there is one', async () => {
    const away = Object.assign(new Error('no connection'), { code: status.UNAVAILABLE });
    using it = rig([away, away]);
    await pass();
    expect(it.calls).toHaveLength(0);
    await pass(100);
    expect([it.calls.length, it.losses]).toEqual([1, ['no connection', 'no connection']]);
  });

  test.each([status.NOT_FOUND, status.PERMISSION_DENIED, status.INVALID_ARGUMENT, status.FAILED_PRECONDITION])(
    'that ends with code %i is over: that is told once, and nothing is left of it',
    async (code) => {
      const it = rig();
      await pass();
      it.last.finish(code);
      expect(vi.getTimerCount()).toBe(0);
      await pass(600_000);
      expect([it.failures, it.calls.length]).toEqual([[`${code} ${status[code]}: told so`], 1]);
      await it.stream.end();
      it.stream[Symbol.dispose]();
    },
  );

  test('that can’t be opened by a fault of ours is over', async () => {
    using it = rig([new Error('no credentials')]);
    await pass();
    expect(it.failures).toEqual(['no credentials']);
  });
});

describe('a stream that is paused', () => {
  test('takes nothing, and nor does the next one, until it is resumed', async () => {
    using it = rig();
    await pass();
    it.stream.pause();
    it.stream.pause();
    expect(it.last.done).toEqual(['pause']);
    it.last.finish(status.UNAVAILABLE);
    // What the call that has ended still held back is taken.
    expect(it.last.done).toEqual(['pause', 'resume']);
    await pass();
    expect([it.calls.length, it.last.done]).toEqual([2, ['pause']]);
    it.stream.resume();
    it.stream.resume();
    expect(it.last.done).toEqual(['pause', 'resume']);
  });
});

describe('a stream on which nothing comes', () => {
  test('is kept alive by an empty request every half minute', async () => {
    using it = rig();
    await pass(60_000);
    expect(it.last.written).toEqual([{ subscription: 's' }, {}, {}]);
  });

  test('is opened again on another connection where the broker used to answer', async () => {
    using it = rig();
    await pass(30_000);
    it.last.emit('data', PROPERTIES);
    await pass(30_000);
    await pass(14_999);
    expect([it.silences, it.calls.length]).toEqual([0, 1]);
    await pass(1);
    await pass(1);
    expect([it.silences, it.calls.length, it.calls[0]!.done]).toEqual([1, 2, ['cancel']]);
    expect(it.losses).toEqual(['no answer within 15000 ms on a stream that seems to be open']);
    it.calls[0]!.finish(status.CANCELLED);
    await pass(10_000);
    expect(it.calls).toHaveLength(2);
  });

  test('is left as it is where the broker never answers, as Google’s emulator does not', async () => {
    using it = rig();
    await pass();
    it.last.emit('data', PROPERTIES);
    await pass(600_000);
    expect([it.silences, it.calls.length]).toEqual([0, 1]);
  });

  test('is not taken for dead while messages come, or while it is paused', async () => {
    using it = rig();
    await pass(30_000);
    it.last.emit('data', PROPERTIES);
    for (let time = 0; time < 10; time++) {
      await pass(30_000);
      it.last.emit('data', MESSAGES);
    }
    await pass(30_000);
    it.stream.pause();
    await pass(600_000);
    expect([it.silences, it.calls.length]).toEqual([0, 1]);
    // The answer to what was asked meanwhile takes a moment.
    it.stream.resume();
    await pass(15_000);
    expect([it.silences, it.calls.length]).toEqual([0, 1]);
  });
});

describe('a stream that is ended', () => {
  test('says so, takes what is still on its way, and is not opened again', async () => {
    using it = rig();
    await pass();
    it.stream.pause();
    let isOver = false;
    void it.stream.end().then(() => {
      isOver = true;
    });
    expect(it.last.done).toEqual(['pause', 'end', 'resume']);
    it.last.emit('data', MESSAGES);
    await pass(999);
    expect([it.responses, isOver]).toEqual([[MESSAGES], false]);
    it.last.finish(status.OK);
    await pass(600_000);
    expect([it.calls.length, it.failures, isOver]).toEqual([1, [], true]);
    expect(it.last.done).not.toContain('cancel');
  });

  test('is cut where the broker goes on with it', async () => {
    using it = rig();
    await pass();
    const over = it.stream.end();
    await pass(1_000);
    expect(it.last.done).toEqual(['end', 'resume', 'cancel']);
    it.last.finish(status.CANCELLED);
    await over;
    expect(it.failures).toEqual([]);
  });

  test('before there is a connection, or while it waits to be opened again, never has one', async () => {
    const early = rig(['hang']);
    await early.stream.end();
    const waiting = rig();
    await pass();
    waiting.last.finish(status.UNAVAILABLE);
    await waiting.stream.end();
    const opened = rig();
    await opened.stream.end();
    await pass(600_000);
    expect([early.calls.length, waiting.calls.length, opened.last.done]).toEqual([0, 1, ['cancel']]);
  });
});

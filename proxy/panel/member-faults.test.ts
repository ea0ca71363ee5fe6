import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fault, PERMANENT_CODES, TRANSIENT_CODES } from '../testing/fake-model-client.ts';
import { createSeat, turn } from '../testing/seat.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const PERMANENT_OF_INPUTS = PERMANENT_CODES.filter((code) => code !== status.UNIMPLEMENTED);

describe('a transient fault of a whole call', () => {
  test.each(TRANSIENT_CODES)('(status %d) leaves every input of it pending, and none is asked again', async (code) => {
    using seat = createSeat();
    const asked = [seat.ask('a'), seat.ask('b')];
    await turn();
    seat.call.fail(code, 'not now');
    await turn();
    for (const { outcome } of asked) {
      expect(outcome).toEqual({ state: 'pending', error: `${status[code]}: not now` });
    }
    expect(seat.client.calls).toHaveLength(1);
    expect(seat.called).toEqual([{ model: 'weapons', code, inputs: 2, durationMs: 0 }]);
  });

  test('lowers the limit', async () => {
    using seat = createSeat({ concurrency: { initial: 10, max: 10 } });
    seat.ask('a');
    await turn();
    seat.call.fail(status.DEADLINE_EXCEEDED);
    await turn();
    expect(seat.member.limit).toBe(7);
  });
});

describe('a permanent fault of a whole call', () => {
  test.each(PERMANENT_OF_INPUTS)(
    '(status %d) of several inputs is blamed on none: each is asked once more, alone',
    async (code) => {
      using seat = createSeat();
      const [good, bad] = [seat.ask('good'), seat.ask('bad')];
      await turn();
      seat.call.fail(code, 'spoilt');
      await turn();
      expect(seat.batches).toEqual([['good', 'bad'], ['good'], ['bad']]);
      seat.client.calls[1]!.answer(0.2);
      seat.client.calls[2]!.fail(code, 'spoilt');
      await turn();
      expect(good.outcome).toMatchObject({ state: 'scored', probability: 0.2 });
      expect(bad.outcome).toEqual({ state: 'failed', error: `${status[code]}: spoilt` });
      expect(seat.client.calls).toHaveLength(3);
    },
  );

  test.each(PERMANENT_CODES)('(status %d) of a single input is final', async (code) => {
    using seat = createSeat();
    const asked = seat.ask('alone');
    await turn();
    seat.call.fail(code, 'no');
    await turn();
    expect(asked.outcome).toEqual({ state: 'failed', error: `${status[code]}: no` });
    expect(seat.client.calls).toHaveLength(1);
  });

  test('that no single input can cause (UNIMPLEMENTED) is final for all of them', async () => {
    using seat = createSeat();
    const asked = [seat.ask('a'), seat.ask('b')];
    await turn();
    seat.call.fail(status.UNIMPLEMENTED, 'unknown method');
    await turn();
    for (const { outcome } of asked) {
      expect(outcome).toEqual({ state: 'failed', error: 'UNIMPLEMENTED: unknown method' });
    }
    expect(seat.client.calls).toHaveLength(1);
  });

  test('is met with single calls within the limit, before anything that came later', async () => {
    using seat = createSeat({ concurrency: { initial: 1, max: 1 } });
    seat.ask('a');
    seat.ask('b');
    await turn();
    seat.ask('later');
    seat.call.fail(status.INVALID_ARGUMENT);
    await turn();
    expect(seat.member.callsInFlight).toBe(1);
    seat.call.succeed();
    await turn();
    seat.call.succeed();
    await turn();
    expect(seat.batches).toEqual([['a', 'b'], ['a'], ['b'], ['later']]);
  });

  test('leaves, where its inputs are of the backlog, a call free for live items', async () => {
    using seat = createSeat({ concurrency: { initial: 4, max: 4 } });
    for (const text of ['a', 'b', 'c', 'd']) seat.ask(text, { lane: 'backlog' });
    await turn();
    seat.call.fail(status.INVALID_ARGUMENT);
    await turn();
    expect(seat.batches).toEqual([['a', 'b', 'c', 'd'], ['a'], ['b'], ['c']]);
    seat.ask('live');
    await turn();
    expect(seat.batches.slice(4)).toEqual([['live']]);
    seat.call.succeed();
    await turn();
    expect(seat.client.calls).toHaveLength(5);
  });

  test('is joined, while its inputs wait for their single calls, by who asks the same', async () => {
    using seat = createSeat({ concurrency: { initial: 1, max: 1 } });
    seat.ask('a');
    seat.ask('b');
    await turn();
    seat.call.fail(status.INVALID_ARGUMENT);
    await turn();
    const same = seat.ask('b');
    seat.call.succeed();
    await turn();
    seat.call.answer(0.9);
    await turn();
    expect(same.outcome).toMatchObject({ probability: 0.9 });
    expect(seat.client.calls).toHaveLength(3);
  });

  test('is no sign of how much the model can take: the limit does not grow by it', async () => {
    using seat = createSeat({ batch: { max: 1 }, concurrency: { initial: 1, max: 8 } });
    for (let index = 0; index < 40; index++) seat.ask(`text ${index}`);
    const endCalls = async (count: number, end: () => void) => {
      for (let call = 0; call < count; call++) {
        vi.setSystemTime(Date.now() + 1);
        end();
        await turn();
      }
    };
    await turn();
    await endCalls(8, () => seat.call.fail(status.INVALID_ARGUMENT));
    expect(seat.member.limit).toBe(1);
    await endCalls(4, () => seat.call.succeed());
    expect(seat.member.limit).toBe(2);
  });

  test('leaves what has no time for a single call pending, and unasked', async () => {
    using seat = createSeat();
    const [hurried, patient] = [seat.ask('hurried', { withinMs: 100 }), seat.ask('patient')];
    await turn();
    vi.setSystemTime(Date.now() + 100);
    seat.call.fail(status.INVALID_ARGUMENT);
    await turn();
    expect(hurried.outcome?.state).toBe('pending');
    expect(seat.batches.slice(1)).toEqual([['patient']]);
    seat.call.succeed();
    await turn();
    expect(patient.outcome?.state).toBe('scored');
  });
});

describe('faults of single inputs', () => {
  test('stand in their own place and touch no other', async () => {
    using seat = createSeat();
    const asked = ['a', 'b', 'c', 'd'].map((text) => seat.ask(text));
    await turn();
    seat.call.answer(0.1, fault(status.INVALID_ARGUMENT, 'no title'), fault(status.UNAVAILABLE, 'no'), Number.NaN);
    await turn();
    expect(asked.map(({ outcome }) => outcome)).toEqual([
      { state: 'scored', probability: 0.1, modelVersion: 'v1' },
      { state: 'failed', error: 'INVALID_ARGUMENT: no title' },
      { state: 'pending', error: 'UNAVAILABLE: no' },
      { state: 'failed', error: 'INVALID_ANSWER: expected a probability from 0 to 1, got NaN' },
    ]);
    expect(seat.scores.map(([digest]) => digest)).toEqual(['digest of a']);
    expect(seat.client.calls).toHaveLength(1);
  });

  test('do not lower the limit while other inputs are answered', async () => {
    using seat = createSeat();
    seat.ask('a');
    seat.ask('b');
    await turn();
    seat.call.answer(0.1, fault(status.UNAVAILABLE));
    await turn();
    expect(seat.member.limit).toBe(8);
  });
});

describe('an answer that can not be trusted', () => {
  test.each([
    ['too few', [0.1]],
    ['too many', [0.1, 0.2, 0.3]],
    ['no', []],
  ])('with %s predictions is one for no input: all are pending', async (_what, predictions) => {
    using seat = createSeat();
    const asked = [seat.ask('a'), seat.ask('b')];
    await turn();
    seat.call.answer(...predictions);
    await turn();
    const error = `INTERNAL: expected 2 predictions, got ${predictions.length}`;
    for (const { outcome } of asked) expect(outcome).toEqual({ state: 'pending', error });
    expect(seat.scores).toEqual([]);
  });

  test('that is a fault of ours leaves the inputs pending, with its message', async () => {
    using seat = createSeat();
    const asked = seat.ask('a');
    await turn();
    seat.call.breakOff(new TypeError('not a buffer'));
    await turn();
    expect(asked.outcome).toEqual({ state: 'pending', error: 'INTERNAL: not a buffer' });
    expect(seat.member.inputsInFlight).toBe(0);
  });
});

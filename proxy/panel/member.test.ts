import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSeat, turn } from '../testing/seat.ts';

// Timers stand still unless a test moves them, so that what happens here happens without waiting.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const one = { concurrency: { initial: 1, max: 1 } };
const texts = (count: number, prefix = 'text') => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe('batching', () => {
  test('an idle model is asked at once, with all that came in the same tick', async () => {
    using seat = createSeat();
    const asked = texts(3).map((text) => seat.ask(text));
    expect(seat.batches).toEqual([]);
    await Promise.resolve();
    await turn();
    expect(seat.batches).toEqual([texts(3)]);
    seat.call.answer(0.1, 0.2, 0.3);
    await turn();
    expect(asked.map(({ outcome }) => outcome)).toEqual(
      [0.1, 0.2, 0.3].map((probability) => ({ state: 'scored', probability, modelVersion: 'v1' })),
    );
  });

  test('a busy model collects, and the batch leaves when a call has ended', async () => {
    using seat = createSeat(one);
    seat.ask('first');
    await turn();
    seat.ask('a');
    await turn();
    seat.ask('b');
    await turn();
    expect(seat.batches).toEqual([['first']]);
    expect([seat.member.waiting('live'), seat.member.callsInFlight, seat.member.inputsInFlight]).toEqual([2, 1, 1]);
    seat.call.succeed();
    await turn();
    expect(seat.batches).toEqual([['first'], ['a', 'b']]);
    expect(seat.member.waiting('live')).toBe(0);
  });

  test('a batch holds as many inputs as it may, and what is over goes with the next call at once', async () => {
    using seat = createSeat({ batch: { max: 2 }, concurrency: { initial: 4, max: 4 } });
    for (const text of texts(5)) seat.ask(text);
    await turn();
    expect(seat.batches.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(seat.batches.flat()).toEqual(texts(5));
  });

  test('a batch holds as many bytes as it may', async () => {
    using seat = createSeat({ batch: { maxBytes: 10 } });
    for (const text of ['12345', '67890', 'abc', 'far more than ten bytes', 'x']) seat.ask(text);
    await turn();
    expect(seat.batches).toEqual([['12345', '67890'], ['abc'], ['far more than ten bytes'], ['x']]);
  });

  test('no more calls are under way than the limit allows', async () => {
    using seat = createSeat({ batch: { max: 1 }, concurrency: { initial: 3, max: 3 } });
    for (const text of texts(20)) seat.ask(text);
    await turn();
    expect([seat.client.calls.length, seat.member.callsInFlight]).toEqual([3, 3]);
    for (let answered = 0; answered < 20; answered++) {
      seat.client.calls[answered]!.succeed();
      await turn();
      expect(seat.member.callsInFlight).toBeLessThanOrEqual(3);
    }
    expect(seat.batches.flat()).toEqual(texts(20));
    expect(seat.member.callsInFlight).toBe(0);
  });

  test('the limit grows while all calls are in use and full batches wait, and shrinks by a transient fault', async () => {
    using seat = createSeat({ batch: { max: 1 }, concurrency: { initial: 2, max: 10 }, queue: 1_000 });
    for (const text of texts(100)) seat.ask(text);
    await turn();
    for (let answered = 0; answered < 12; answered++) {
      seat.client.calls[answered]!.succeed();
      await turn();
    }
    expect(seat.member.limit).toBeGreaterThan(3);
    expect(seat.member.callsInFlight).toBe(seat.member.limit);
    const before = seat.member.limit;
    seat.call.fail(status.RESOURCE_EXHAUSTED);
    await turn();
    expect(seat.member.limit).toBe(Math.floor(before * 0.7));
  });
});

describe('the same question', () => {
  test('is asked once for all who ask it, waiting or under way, and all are answered', async () => {
    using seat = createSeat(one);
    const first = seat.ask('same');
    const second = seat.ask('same');
    await turn();
    const third = seat.ask('same');
    await turn();
    expect(seat.batches).toEqual([['same']]);
    expect(seat.coalesced).toBe(2);
    seat.call.answer(0.4);
    await turn();
    for (const { outcome } of [first, second, third]) expect(outcome).toMatchObject({ probability: 0.4 });
    expect(seat.scores).toHaveLength(1);
  });

  test('is asked again when the answer has been given', async () => {
    using seat = createSeat();
    seat.ask('same');
    await turn();
    seat.call.succeed();
    await turn();
    seat.ask('same');
    await turn();
    expect(seat.batches).toEqual([['same'], ['same']]);
  });

  test('waits for as long as the most patient of those who ask', async () => {
    using seat = createSeat(one);
    seat.ask('blocks');
    await turn();
    const hurried = seat.ask('same', { withinMs: 50 });
    const patient = seat.ask('same', { withinMs: 500 });
    vi.setSystemTime(Date.now() + 100);
    seat.call.succeed();
    await turn();
    expect(seat.batches.at(-1)).toEqual(['same']);
    seat.call.succeed();
    await turn();
    expect([hurried.outcome?.state, patient.outcome?.state]).toEqual(['scored', 'scored']);
  });

  test('of the backlog never makes one of the live traffic wait for its turn', async () => {
    using seat = createSeat(one);
    seat.ask('blocks');
    await turn();
    seat.ask('same', { lane: 'backlog' });
    seat.ask('same', { lane: 'live' });
    expect([seat.member.waiting('live'), seat.member.waiting('backlog')]).toEqual([1, 1]);
  });
});

describe('time', () => {
  test('a call gets what is left of the budget, and never more than the timeout', async () => {
    using seat = createSeat({ timeout: '300ms', concurrency: { initial: 8, max: 8 } });
    seat.ask('patient', { withinMs: 5_000 });
    await turn();
    seat.ask('hurried', { withinMs: 120 });
    await turn();
    expect(seat.client.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([300, 120]);
  });

  test('what nobody waits for any more is pending and not asked', async () => {
    using seat = createSeat(one);
    seat.ask('blocks');
    await turn();
    const late = seat.ask('late', { withinMs: 100 });
    const patient = seat.ask('patient', { withinMs: 1_000 });
    vi.setSystemTime(Date.now() + 100);
    seat.call.succeed();
    await turn();
    expect(seat.batches).toEqual([['blocks'], ['patient']]);
    expect(late.outcome).toEqual({ state: 'pending', error: 'LIMIT_FULL: no call was free in time' });
    expect(patient.outcome).toBeUndefined();
  });

  test('a score that comes too late for its item is still kept', async () => {
    using seat = createSeat();
    seat.ask('late', { withinMs: 100 });
    await turn();
    vi.setSystemTime(Date.now() + 1_000);
    seat.call.answer(0.7);
    await turn();
    expect(seat.scores).toEqual([['digest of late', { state: 'scored', probability: 0.7, modelVersion: 'v1' }]]);
  });
});

describe('the queue', () => {
  test('is bounded: what finds it full is pending at once, but what the backlog brings waits', async () => {
    using seat = createSeat({ ...one, queue: 2 });
    seat.ask('blocks');
    await turn();
    seat.ask('a');
    seat.ask('b');
    const refused = seat.ask('c');
    expect(refused.outcome).toEqual({ state: 'pending', error: 'LIMIT_FULL: 2 inputs wait for 1 calls' });
    for (const text of ['d', 'e', 'f']) seat.ask(text, { lane: 'backlog' });
    seat.call.succeed();
    await turn();
    expect(seat.batches.at(-1)).toEqual(['a', 'b', 'd', 'e', 'f']);
  });

  test('has room again where what waits in it has expired', async () => {
    using seat = createSeat({ ...one, queue: 1 });
    seat.ask('blocks');
    await turn();
    const expired = seat.ask('a', { withinMs: 10 });
    vi.setSystemTime(Date.now() + 10);
    const next = seat.ask('b');
    expect([expired.outcome?.state, next.outcome]).toEqual(['pending', undefined]);
  });

  test('lets the live traffic go before the backlog', async () => {
    using seat = createSeat({ ...one, batch: { max: 2 } });
    seat.ask('blocks');
    await turn();
    seat.ask('old-1', { lane: 'backlog' });
    seat.ask('old-2', { lane: 'backlog' });
    seat.ask('new-1');
    seat.ask('new-2');
    seat.call.succeed();
    await turn();
    expect(seat.batches[1]).toEqual(['new-1', 'new-2']);
  });

  test('leaves one call free for the live traffic while only the backlog asks', async () => {
    using seat = createSeat({ batch: { max: 1 }, concurrency: { initial: 4, max: 4 } });
    for (const text of texts(5)) seat.ask(text, { lane: 'backlog' });
    await turn();
    expect(seat.member.callsInFlight).toBe(3);
    seat.ask('live');
    await turn();
    expect(seat.batches.at(-1)).toEqual(['live']);
  });

  test('leaves none of three calls free: it would be too much of what the model can do', async () => {
    using seat = createSeat({ batch: { max: 1 }, concurrency: { initial: 3, max: 3 } });
    for (const text of texts(5)) seat.ask(text, { lane: 'backlog' });
    await turn();
    expect(seat.member.callsInFlight).toBe(3);
  });
});

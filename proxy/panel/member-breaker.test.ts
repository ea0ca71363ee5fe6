import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fault } from '../testing/fake-model-client.ts';
import { createSeat, turn } from '../testing/seat.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const BREAKER_OPEN = { state: 'pending', error: 'BREAKER_OPEN: the model keeps failing' };
const config = {
  batch: { max: 4 },
  concurrency: { initial: 4, max: 8 },
  breaker: { failureRate: 0.5, window: '10s', minimumCalls: 3, reset: '2s' },
};

type Seat = ReturnType<typeof createSeat>;

/** Makes calls fail, one after the other. */
async function failCalls(seat: Seat, count: number): Promise<void> {
  for (let failed = 0; failed < count; failed++) {
    seat.ask(`failing ${seat.client.calls.length}`);
    await turn();
    seat.call.fail(status.UNAVAILABLE, 'away');
    await turn();
  }
}

async function seatWithOpenBreaker(): Promise<Seat> {
  const seat = createSeat(config);
  await failCalls(seat, 3);
  expect(seat.member.breaker).toBe('open');
  return seat;
}

describe('a model that keeps failing', () => {
  test('opens its breaker, but not before as many calls as it takes to tell', async () => {
    using seat = createSeat(config);
    await failCalls(seat, 2);
    expect(seat.member.breaker).toBe('closed');
    await failCalls(seat, 1);
    expect(seat.member.breaker).toBe('open');
    expect(seat.breakerStates).toEqual(['open']);
  });

  test('is not asked while the breaker is open: the answer is pending at once, in the same tick', async () => {
    using seat = await seatWithOpenBreaker();
    const calls = seat.client.calls.length;
    expect(seat.ask('anything').outcome).toEqual(BREAKER_OPEN);
    await turn();
    expect(seat.client.calls).toHaveLength(calls);
  });

  test('answers what still waits as pending when the breaker opens', async () => {
    using seat = createSeat({ ...config, concurrency: { initial: 1, max: 1 } });
    await failCalls(seat, 2);
    seat.ask('the last straw');
    await turn();
    const waiting = [seat.ask('live'), seat.ask('backlog', { lane: 'backlog' })];
    seat.call.fail(status.UNAVAILABLE);
    await turn();
    expect(waiting.map(({ outcome }) => outcome)).toEqual([BREAKER_OPEN, BREAKER_OPEN]);
    expect([seat.member.waiting('live'), seat.member.waiting('backlog')]).toEqual([0, 0]);
    expect(seat.client.calls).toHaveLength(3);
  });

  test('that says of every input that it can not answer now counts as failing', async () => {
    using seat = createSeat(config);
    for (let call = 0; call < 3; call++) {
      const [a, b] = [seat.ask(`a${call}`), seat.ask(`b${call}`)];
      await turn();
      seat.call.answer(fault(status.UNAVAILABLE, 'no weights'), fault(status.RESOURCE_EXHAUSTED, 'no memory'));
      await turn();
      expect(a.outcome).toEqual({ state: 'pending', error: 'UNAVAILABLE: no weights' });
      expect(b.outcome).toEqual({ state: 'pending', error: 'RESOURCE_EXHAUSTED: no memory' });
    }
    expect(seat.member.breaker).toBe('open');
  });

  test('is one that answers some inputs: the breaker stays closed', async () => {
    using seat = createSeat(config);
    for (let call = 0; call < 6; call++) {
      seat.ask(`a${call}`);
      seat.ask(`b${call}`);
      await turn();
      seat.call.answer(0.5, fault(status.UNAVAILABLE));
      await turn();
    }
    expect(seat.member.breaker).toBe('closed');
  });

  test('is one that refuses for good: that is an answer, and the breaker stays closed', async () => {
    using seat = createSeat(config);
    for (let call = 0; call < 6; call++) {
      seat.ask(`a${call}`);
      await turn();
      seat.call.fail(status.INVALID_ARGUMENT);
      await turn();
    }
    expect(seat.member.breaker).toBe('closed');
  });
});

describe('after the time of reset', () => {
  async function halfOpenSeat(): Promise<Seat> {
    const seat = await seatWithOpenBreaker();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seat.member.breaker).toBe('half-open');
    return seat;
  }

  test('one call with one input tries whether the model is back; the rest is pending and waits for nobody', async () => {
    using seat = await halfOpenSeat();
    const calls = seat.client.calls.length;
    const probe = seat.ask('probe');
    const others = [seat.ask('a'), seat.ask('b', { lane: 'backlog' })];
    await turn();
    const later = seat.ask('later');
    await turn();
    expect(seat.client.calls).toHaveLength(calls + 1);
    expect(seat.call.texts).toEqual(['probe']);
    expect([...others, later].map(({ outcome }) => outcome)).toEqual([BREAKER_OPEN, BREAKER_OPEN, BREAKER_OPEN]);
    expect(probe.outcome).toBeUndefined();
  });

  test('a success closes the breaker, and calls begin with one input and double', async () => {
    using seat = await halfOpenSeat();
    const probe = seat.ask('probe');
    await turn();
    seat.call.answer(0.3);
    await turn();
    expect(probe.outcome).toMatchObject({ state: 'scored', probability: 0.3 });
    expect(seat.breakerStates).toEqual(['open', 'half-open', 'closed']);
    expect(seat.member.limit).toBe(1);

    await vi.advanceTimersByTimeAsync(1);
    for (let index = 0; index < 40; index++) seat.ask(`text ${index}`);
    const rounds: number[][] = [];
    await turn();
    while (seat.member.limit < 4) {
      const underWay = seat.client.calls.slice(-seat.member.callsInFlight);
      rounds.push(underWay.map(({ texts }) => texts.length));
      await vi.advanceTimersByTimeAsync(10);
      for (const call of underWay) call.succeed();
      await turn();
    }
    expect(rounds).toEqual([[1], [2], [4], [4, 4]]);
    expect(seat.member.callsInFlight).toBe(4);
  });

  test('a failure opens it again for the whole time', async () => {
    using seat = await halfOpenSeat();
    const probe = seat.ask('probe');
    await turn();
    seat.call.fail(status.UNAVAILABLE, 'still away');
    await turn();
    expect(probe.outcome).toEqual({ state: 'pending', error: 'UNAVAILABLE: still away' });
    await vi.advanceTimersByTimeAsync(1_900);
    expect(seat.ask('a').outcome).toEqual(BREAKER_OPEN);
    await vi.advanceTimersByTimeAsync(100);
    expect(seat.member.breaker).toBe('half-open');
  });

  test('a probe that nobody waits for any more leaves the next one its turn', async () => {
    using seat = await halfOpenSeat();
    const expired = seat.ask('expired', { withinMs: 0 });
    await turn();
    expect(expired.outcome?.state).toBe('pending');
    seat.ask('probe');
    await turn();
    expect(seat.call.texts).toEqual(['probe']);
    seat.call.succeed();
    await turn();
    expect(seat.member.breaker).toBe('closed');
  });
});

describe("a model's version", () => {
  test('is unknown until it has answered, and then what it last said', async () => {
    using seat = createSeat();
    expect(seat.member.version).toBeUndefined();
    seat.ask('a');
    await turn();
    seat.call.succeed();
    await turn();
    expect(seat.member.version).toBe('v1');
    seat.client.modelVersion = 'v2';
    seat.ask('b');
    await turn();
    seat.call.succeed();
    await turn();
    expect(seat.member.version).toBe('v2');
    expect(seat.scores.map(([, { modelVersion }]) => modelVersion)).toEqual(['v1', 'v2']);
  });

  test('is asked for with an empty call, unless the model has just answered', async () => {
    using seat = createSeat({ timeout: '250ms' });
    const refreshed = seat.member.refreshVersion();
    expect([seat.call.texts, seat.call.timeoutMs]).toEqual([[], 250]);
    seat.call.answer();
    await refreshed;
    expect(seat.member.version).toBe('v1');
    vi.setSystemTime(Date.now() + 4_999);
    await seat.member.refreshVersion();
    expect(seat.client.calls).toHaveLength(1);
    vi.setSystemTime(Date.now() + 1);
    void seat.member.refreshVersion();
    expect(seat.client.calls).toHaveLength(2);
  });

  test('is not asked for while the breaker is open, and stays what it was when the model is away', async () => {
    using seat = createSeat(config);
    const refreshed = seat.member.refreshVersion();
    seat.call.answer();
    await refreshed;
    vi.setSystemTime(Date.now() + 60_000);
    const again = seat.member.refreshVersion();
    seat.call.fail(status.UNAVAILABLE);
    await again;
    expect(seat.member.version).toBe('v1');
    await failCalls(seat, 3);
    const calls = seat.client.calls.length;
    await seat.member.refreshVersion();
    expect(seat.client.calls).toHaveLength(calls);
  });
});

test('closing closes the connection and leaves no timer', async () => {
  const seat = await seatWithOpenBreaker();
  seat.member.close();
  expect(seat.client.isClosed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

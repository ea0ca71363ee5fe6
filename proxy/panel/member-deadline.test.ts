import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSeat, turn } from '../testing/seat.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const config = {
  timeout: '300ms',
  batch: { max: 1 },
  concurrency: { initial: 4, max: 8 },
  breaker: { failureRate: 0.5, window: '10s', minimumCalls: 3, reset: '2s' },
};

test('a call that had less than the model’s time says nothing about the model when it is not answered', async () => {
  using seat = createSeat(config);
  for (let call = 0; call < 20; call++) {
    const asked = seat.ask(`short ${call}`, { withinMs: 5 });
    await turn();
    expect(seat.call.timeoutMs).toBe(5);
    seat.call.fail(status.DEADLINE_EXCEEDED, 'too late');
    await turn();
    expect(asked.outcome).toEqual({ state: 'pending', error: 'DEADLINE_EXCEEDED: too late' });
  }
  expect([seat.member.breaker, seat.member.limit]).toEqual(['closed', 4]);
});

test('any other fault of such a call still counts', async () => {
  using seat = createSeat(config);
  for (let call = 0; call < 3; call++) {
    seat.ask(`short ${call}`, { withinMs: 5 });
    await turn();
    seat.call.fail(status.UNAVAILABLE);
    await turn();
  }
  expect(seat.member.breaker).toBe('open');
});

test('the probe of a model that may be back has the model’s whole time', async () => {
  using seat = createSeat(config);
  for (let call = 0; call < 3; call++) {
    seat.ask(`failing ${call}`);
    await turn();
    seat.call.fail(status.UNAVAILABLE);
    await turn();
  }
  await vi.advanceTimersByTimeAsync(2_000);
  seat.ask('probe', { withinMs: 5 });
  await turn();
  expect([seat.member.breaker, seat.call.timeoutMs]).toEqual(['half-open', 300]);
});

test('what has waited leaves only while the model’s whole time is left for its answer', async () => {
  using seat = createSeat({ ...config, concurrency: { initial: 1, max: 1 } });
  const first = seat.ask('first');
  await turn();
  const [late, early] = [seat.ask('late', { withinMs: 450 }), seat.ask('early', { withinMs: 1_000 })];
  await vi.advanceTimersByTimeAsync(151);
  seat.call.succeed();
  await turn();
  expect(first.outcome?.state).toBe('scored');
  expect(late.outcome).toEqual({ state: 'pending', error: 'LIMIT_FULL: no call was free in time' });
  expect([seat.batches, early.outcome]).toEqual([[['first'], ['early']], undefined]);
});

test('what has little time from the beginning leaves at once', async () => {
  using seat = createSeat(config);
  seat.ask('hasty', { withinMs: 20 });
  await turn();
  expect([seat.batches, seat.call.timeoutMs]).toEqual([[['hasty']], 20]);
});

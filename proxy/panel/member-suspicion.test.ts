import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { createSeat, turn } from '../testing/seat.ts';

const FAILING = { state: 'pending', error: 'LIMIT_FULL: the model has just failed several calls in a row' };
/** One call at a time, and a breaker that will not see the trouble for a long time. */
const config = {
  concurrency: { initial: 1, max: 1 },
  breaker: { failureRate: 0.5, window: '10s', minimumCalls: 100, reset: '2s' },
};

type Seat = ReturnType<typeof createSeat>;

async function failCalls(seat: Seat, count: number): Promise<void> {
  for (let failed = 0; failed < count; failed++) {
    seat.ask(`failing ${seat.client.calls.length}`);
    await turn();
    seat.call.fail(status.DEADLINE_EXCEEDED);
    await turn();
  }
}

test('after three failures in a row nothing waits for the model any more, long before the breaker opens', async () => {
  using seat = createSeat(config);
  await failCalls(seat, 2);
  seat.ask('the third');
  await turn();
  const waiting = seat.ask('waiting');
  seat.call.fail(status.DEADLINE_EXCEEDED);
  await turn();
  expect(waiting.outcome).toEqual(FAILING);
  expect(seat.member.breaker).toBe('closed');

  seat.ask('asked, for a call is free');
  await turn();
  expect(seat.call.texts).toEqual(['asked, for a call is free']);
  expect(seat.ask('late').outcome).toEqual(FAILING);
});

test('failures with an answer between them keep nobody from waiting', async () => {
  using seat = createSeat(config);
  await failCalls(seat, 2);
  seat.ask('answered');
  await turn();
  seat.call.succeed();
  await turn();
  await failCalls(seat, 2);
  seat.ask('under way');
  await turn();
  expect(seat.ask('waiting').outcome).toBeUndefined();
  expect(seat.member.waiting('live')).toBe(1);
});

test('an answer ends the suspicion', async () => {
  using seat = createSeat(config);
  await failCalls(seat, 3);
  seat.ask('answered');
  await turn();
  seat.call.succeed();
  await turn();
  seat.ask('under way');
  await turn();
  expect(seat.ask('waiting').outcome).toBeUndefined();
});

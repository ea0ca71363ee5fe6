import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallContext } from '../../infra/grpc/unary.ts';
import { FaultInjector, noFaults } from './fault-injector.ts';
import type { Predict } from './predict.ts';
import { seededRandom } from './random.ts';

const patient: CallContext = { signal: new AbortController().signal, deadlineMs: Number.POSITIVE_INFINITY };
const answer: Predict = async () => ({ predictions: [{ probability: 0.5 }], modelVersion: 'a-1' });

/** Makes that many calls at once and counts those that were answered. */
function callMany(predict: Predict, calls: number) {
  const seen = { answered: 0, codes: [] as number[] };
  for (let call = 0; call < calls; call += 1) {
    predict({ inputs: [] }, patient).then(
      () => {
        seen.answered += 1;
      },
      (error) => seen.codes.push(error.code),
    );
  }
  return seen;
}

describe('a fault injector', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('passes calls on untouched while there are no faults', async () => {
    const predict = new FaultInjector(seededRandom(1)).injecting(answer);
    expect(await predict({ inputs: [] }, patient)).toEqual(await answer({ inputs: [] }, patient));
  });

  test('lets half of the calls through by the median and 99 in 100 by the 99th percentile', async () => {
    const injector = new FaultInjector(seededRandom(1));
    injector.replace({ ...noFaults, latency: { medianMs: 100, p99Ms: 1_000 } });
    const seen = callMany(injector.injecting(answer), 2_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(seen.answered / 2_000).toBeCloseTo(0.5, 1.3);
    await vi.advanceTimersByTimeAsync(900);
    expect(seen.answered / 2_000).toBeCloseTo(0.99, 1.7);
    expect(seen.answered).toBeLessThan(2_000);
    await vi.runAllTimersAsync();
    expect(seen.answered).toBe(2_000);
  });

  test('holds a hanging call until its caller gives up', async () => {
    const injector = new FaultInjector(seededRandom(1));
    injector.replace({ ...noFaults, hang: true });
    const caller = new AbortController();
    const call = injector.injecting(answer)({ inputs: [] }, { ...patient, signal: caller.signal });
    const failure = expect(call).rejects.toMatchObject({ code: status.CANCELLED });
    await vi.advanceTimersByTimeAsync(3_600_000);
    caller.abort();
    await failure;
  });

  test('holds at most 10,000 calls and refuses the others', async () => {
    const injector = new FaultInjector(seededRandom(1));
    injector.replace({ ...noFaults, hang: true });
    const seen = callMany(injector.injecting(answer), 10_002);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.codes).toEqual([status.RESOURCE_EXHAUSTED, status.RESOURCE_EXHAUSTED]);
    injector.release();
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.codes.filter((code) => code === status.UNAVAILABLE)).toHaveLength(10_000);
  });

  test('fails late calls late', async () => {
    const injector = new FaultInjector(seededRandom(1));
    injector.replace({
      ...noFaults,
      latency: { medianMs: 100, p99Ms: 100 },
      errors: [{ code: status.ABORTED, rate: 1 }],
    });
    const seen = callMany(injector.injecting(answer), 1);
    await vi.advanceTimersByTimeAsync(99);
    expect(seen.codes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.codes).toEqual([status.ABORTED]);
  });
});

import CircuitBreaker from 'opossum';
import type { ModelConfig } from '../config-schema.ts';

export type BreakerState = 'closed' | 'half-open' | 'open';

/** Keeps calls away from a model that keeps failing; one call tries, after a while, whether it is back. */
export interface Breaker {
  readonly state: BreakerState;
  /** Runs the call, or rejects with {@link BreakerOpenError} without running it. A rejection of the call is a failure. */
  run<T>(call: () => Promise<T>): Promise<T>;
  close(): void;
}

/** The call was not made. */
export class BreakerOpenError extends Error {
  override name = 'BreakerOpenError';
}

export function createBreaker(
  { failureRate, window, minimumCalls, reset }: ModelConfig['breaker'],
  onChange: (state: BreakerState) => void,
): Breaker {
  let circuit = close();
  // Asked for by every question: opossum would have to be asked twice each time.
  let state: BreakerState = 'closed';

  /** A closed circuit without a past: opossum's own would count the failures before it opened against a model that is back. */
  function close(): CircuitBreaker<[call: () => Promise<unknown>], unknown> {
    const fresh = new CircuitBreaker((call: () => Promise<unknown>) => call(), {
      timeout: false, // The deadline of the call is the timeout.
      // Opens above it; nothing is above 100 %.
      errorThresholdPercentage: Math.min(failureRate * 100, 99.9),
      rollingCountTimeout: window,
      rollingCountBuckets: 10,
      volumeThreshold: minimumCalls,
      resetTimeout: reset,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    });
    fresh.on('open', () => become('open'));
    fresh.on('halfOpen', () => become('half-open'));
    fresh.once('close', () => {
      circuit = close();
      fresh.shutdown();
      become('closed');
    });
    return fresh;
  }

  function become(next: BreakerState): void {
    state = next;
    onChange(next);
  }

  return {
    get state() {
      return state;
    },
    async run<T>(call: () => Promise<T>) {
      try {
        return (await circuit.fire(call)) as T;
      } catch (error) {
        if (error instanceof Error && CircuitBreaker.isOurError(error))
          throw new BreakerOpenError('the breaker is open', { cause: error });
        throw error;
      }
    },
    close: () => circuit.shutdown(),
  };
}

import type { Events } from '../../proxy/telemetry/events.ts';
import { mapTells, type Tell } from './tells.ts';

/** A call of one of the functions of {@link Events}. */
export interface Call {
  /** `settled`, or `seller.fetched`. */
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface RecorderOptions {
  /** Items that come before those that are noted. */
  readonly skip: number;
  /** Calls that are kept at most. */
  readonly maxCalls: number;
  /** One in so many calls of each function is timed. */
  readonly timeEvery: number;
  /** Milliseconds, monotonic, as fine as it goes. */
  readonly now: () => number;
}

export interface Recording {
  readonly calls: readonly Call[];
  /** Items that the calls belong to. */
  readonly items: number;
  /** Items that have come in all. */
  readonly received: number;
  /** Whether there were more calls than are kept. */
  readonly isCut: boolean;
  /**
   * How much longer the calls that were timed took, where they were made, than calls of nothing; by function, in
   * milliseconds. What interrupted the one or the other is in it.
   */
  readonly timed: ReadonlyMap<string, readonly number[]>;
}

/** Notes down what is told, and passes it on. */
export interface Recorder {
  listenTo(events: Events): Events;
  readonly recording: Recording;
}

const tellNobody: Tell = () => {};

export function createRecorder({ skip, maxCalls, timeEvery, now }: RecorderOptions): Recorder {
  const calls: Call[] = [];
  const timed = new Map<string, number[]>();
  let received = 0;
  let isCut = false;

  function noting(name: string, tell: Tell): Tell {
    const durationsMs: number[] = [];
    timed.set(name, durationsMs);
    const opensItem = name === 'received';
    let count = 0;
    return (...args) => {
      if (opensItem && args[0] === 'items') received++;
      if (received <= skip) return tell(...args);
      if (calls.length < maxCalls) calls.push({ name, args });
      else isCut = true;
      if (++count % timeEvery !== 0) return tell(...args);
      // The call of nothing also warms up the clock: in between, the program has done other things.
      const fromMs = now();
      tellNobody(...args);
      const startedAtMs = now();
      tell(...args);
      durationsMs.push(now() - startedAtMs - (startedAtMs - fromMs));
    };
  }

  return {
    listenTo: (events) => mapTells(events, noting),
    get recording() {
      return { calls, items: Math.max(0, received - skip), received, isCut, timed };
    },
  };
}

import { TimeoutError } from './within.ts';

/** Gives up promises that take too long; all get the same time. */
export interface Patience {
  /** The promise, or a TimeoutError when it takes longer than it may. */
  within<T>(promise: Promise<T>): Promise<T>;
}

/** Into how many ticks the time is divided. */
const TICKS = 4;

interface Awaited {
  readonly lastTick: number;
  readonly giveUp: () => void;
  isSettled: boolean;
}

/**
 * Time that passes only while the event loop turns. A timer would take our own slowness for the other side's: when the
 * loop is held up for as long as the timeout, the timer and the answer are due at the same moment, and timers run
 * first. Here a hold-up counts as one tick of `timeoutMs / 4`, however long it was, and the answers that have arrived
 * meanwhile are read before the next one. One interval serves all promises, so that waiting costs next to nothing.
 *
 * @param timeoutMs milliseconds; a promise is given up after 1 to 1.25 times that
 */
export function createPatience(timeoutMs: number): Patience {
  const awaited: Awaited[] = [];
  let tick = 0;
  let interval: NodeJS.Timeout | undefined;

  function onTick(): void {
    tick++;
    // All have the same time, so the first that came is the first to go.
    let over = 0;
    for (const one of awaited) {
      if (!one.isSettled && one.lastTick >= tick) break;
      if (!one.isSettled) one.giveUp();
      over++;
    }
    awaited.splice(0, over);
    if (awaited.length > 0) return;
    clearInterval(interval);
    interval = undefined;
  }

  return {
    within: (promise) =>
      new Promise((resolve, reject) => {
        const one = { lastTick: tick + TICKS, giveUp: () => reject(new TimeoutError(timeoutMs)), isSettled: false };
        awaited.push(one);
        interval ??= setInterval(onTick, timeoutMs / TICKS);
        promise.then(
          (value) => {
            one.isSettled = true;
            resolve(value);
          },
          (error: unknown) => {
            one.isSettled = true;
            reject(error);
          },
        );
      }),
  };
}

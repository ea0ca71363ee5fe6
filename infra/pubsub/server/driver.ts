import type { Broker } from '../broker/broker.ts';

/** Advances a broker by one timer, set to when something becomes due. Disposing of it ends the timer. */
export interface Driver extends Disposable {
  /** To be called after whatever may have brought something forward. */
  look(): void;
}

/** A timer takes no more than 2 ** 31 - 1 ms; after so long it is set again. */
const longestMs = 3_600_000;

export function driveBroker(broker: Pick<Broker, 'advance' | 'nextDueMs'>, now: () => number): Driver {
  let timer: NodeJS.Timeout | undefined;
  let atMs = Number.POSITIVE_INFINITY;
  let ended = false;

  const look = (): void => {
    const dueMs = broker.nextDueMs ?? Number.POSITIVE_INFINITY;
    // What was put off leaves the timer: it then looks again.
    if (dueMs >= atMs || ended) return;
    clearTimeout(timer);
    atMs = dueMs;
    timer = setTimeout(advance, Math.min(Math.max(dueMs - now(), 0), longestMs));
  };
  const advance = (): void => {
    atMs = Number.POSITIVE_INFINITY;
    broker.advance();
    look();
  };

  return {
    look,
    [Symbol.dispose]() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** Tells those that wait when their time is up, and costs next to nothing where they no longer do by then. */
export interface Expiry {
  /** Calls `expire` of what is still waiting at `atMs`, on the clock that was given, or up to {@link TICK_MS} later. */
  add(waiting: Expirable, atMs: number): void;
  /** To be called with the same time. Answers whether it was still waiting. */
  remove(waiting: Expirable, atMs: number): boolean;
  /** The time of all that still wait is up. */
  close(): void;
}

export interface Expirable {
  expire(): void;
}

/** Milliseconds within which those that expire share a timer. */
export const TICK_MS = 4;

interface Tick {
  readonly waiting: Set<Expirable>;
  readonly timer: NodeJS.Timeout;
}

/**
 * An item has a timer of its own only where no other expires at about the same time; mostly it is decided long before.
 *
 * @param now milliseconds, monotonic
 */
export function createExpiry(now: () => number): Expiry {
  const ticks = new Map<number, Tick>();

  function begin(number: number): Tick {
    const waiting = new Set<Expirable>();
    const timer = setTimeout(
      () => {
        ticks.delete(number);
        for (const one of waiting) one.expire();
      },
      Math.max(0, number * TICK_MS - now()),
    );
    const tick = { waiting, timer };
    ticks.set(number, tick);
    return tick;
  }

  return {
    add(waiting, atMs) {
      const number = Math.ceil(atMs / TICK_MS);
      const tick = ticks.get(number) ?? begin(number);
      tick.waiting.add(waiting);
    },
    remove(waiting, atMs) {
      const number = Math.ceil(atMs / TICK_MS);
      const tick = ticks.get(number);
      if (!tick?.waiting.delete(waiting)) return false;
      if (tick.waiting.size > 0) return true;
      clearTimeout(tick.timer);
      ticks.delete(number);
      return true;
    },
    close() {
      const left = [...ticks.values()];
      ticks.clear();
      for (const { timer, waiting } of left) {
        clearTimeout(timer);
        for (const one of waiting) one.expire();
      }
    },
  };
}

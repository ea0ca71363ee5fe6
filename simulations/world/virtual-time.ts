import FakeTimers from '@sinonjs/fake-timers';

/** The time of a world: nothing happens between two timers, so that an hour takes as long as what happens in it. */
export interface VirtualTime extends Disposable {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Timers that have neither fired nor been cleared. */
  readonly pendingTimers: number;
  /** Lets time go on until then, or until `isOver` holds after something has happened. */
  advance(untilMs: number, isOver?: () => boolean): Promise<void>;
}

/**
 * Takes the place of the timers and clocks of this thread until it is disposed of. What is under test waits for nothing
 * but timers and promises: between two timers all promises get their turn.
 */
export function startVirtualTime(startMs: number): VirtualTime {
  const turn = setImmediate;
  const clock = FakeTimers.install({
    now: startMs,
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
      'Date',
      'performance',
    ],
  });
  const drain = () => new Promise<void>((resolve) => turn(resolve));
  return {
    get nowMs() {
      return clock.now;
    },
    get pendingTimers() {
      return clock.countTimers();
    },
    async advance(untilMs, isOver) {
      let isLate = false;
      const end = setTimeout(
        () => {
          isLate = true;
        },
        Math.max(0, untilMs - clock.now),
      );
      await drain();
      while (!isLate && !isOver?.()) {
        clock.next();
        await drain();
      }
      clearTimeout(end);
    },
    [Symbol.dispose]: () => clock.uninstall(),
  };
}

/** The earliest of the times that were noted lately, with flat memory: two numbers for each name. */
export interface Oldest {
  note(name: string, atMs: number): void;
  /** The earliest time that was noted for the name within the window, and perhaps within the one before. */
  read(name: string): number | undefined;
}

interface Windows {
  index: number;
  current: number;
  before: number;
}

/** @param now milliseconds, monotonic; what is noted may be of another clock */
export function createOldest(windowMs: number, now: () => number): Oldest {
  const byName = new Map<string, Windows>();

  function turn(windows: Windows): void {
    const index = Math.floor(now() / windowMs);
    if (index === windows.index) return;
    windows.before = index === windows.index + 1 ? windows.current : Number.POSITIVE_INFINITY;
    windows.current = Number.POSITIVE_INFINITY;
    windows.index = index;
  }

  return {
    note(name, atMs) {
      let windows = byName.get(name);
      if (!windows) {
        windows = { index: 0, current: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };
        byName.set(name, windows);
      }
      turn(windows);
      windows.current = Math.min(windows.current, atMs);
    },
    read(name) {
      const windows = byName.get(name);
      if (!windows) return undefined;
      turn(windows);
      const earliest = Math.min(windows.current, windows.before);
      return Number.isFinite(earliest) ? earliest : undefined;
    },
  };
}

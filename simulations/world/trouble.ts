/** When something was last not as it should be: what can't be asked of the code under test meanwhile. */
export interface Trouble {
  /** Something begins to be wrong; the function that is answered ends it, to be felt for some more milliseconds. */
  begin(): (feltForMs?: number) => void;
  /** Whether all has been well since then, and is. */
  noneSince(ms: number): boolean;
}

/** @param now milliseconds, monotonic */
export function createTrouble(now: () => number): Trouble {
  let current = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    begin() {
      current++;
      let isOver = false;
      return (feltForMs = 0) => {
        if (isOver) return;
        isOver = true;
        current--;
        lastMs = Math.max(lastMs, now() + feltForMs);
      };
    },
    noneSince: (ms) => current === 0 && lastMs < ms,
  };
}

/**
 * Passes an error on at most once per interval, with the number of those held back since the last one: what can fail
 * for every input must not fill the disk with log lines.
 */
export function reportAtMostEvery(
  intervalMs: number,
  report: (error: unknown, heldBack: number) => void,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let nextAt = Number.NEGATIVE_INFINITY;
  let heldBack = 0;
  return (error) => {
    if (now() < nextAt) {
      heldBack += 1;
      return;
    }
    report(error, heldBack);
    heldBack = 0;
    nextAt = now() + intervalMs;
  };
}

/** What a log may say of an error: its words may quote an item. */
export function faultOf(error: unknown): { readonly error: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { name, message, stack = '' } = error;
  const start = stack.indexOf(message);
  const frames = start < 0 ? [] : stack.slice(start + message.length).split('\n');
  return { error: name, at: frames.map((frame) => frame.trim()).filter((frame) => frame.startsWith('at ')) };
}

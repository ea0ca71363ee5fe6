import { constants } from 'node:os';

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that Ctrl-C aborts, or SIGTERM, or whoever reads the output by going away: a terminal that is closed, `| head`.
 * A second Ctrl-C or SIGTERM ends the program at once. Disposing of it ends the listening.
 */
export function interruptSignal(): Disposable & { readonly signal: AbortSignal } {
  const stop = new AbortController();
  function stopOnce(): void {
    if (stop.signal.aborted) return;
    process.stderr.write('\nstopping\n');
    stop.abort();
  }
  function interrupt(by: NodeJS.Signals): void {
    // A terminal that is closed may say so more than once. Exiting, and no signal, ends what was started.
    if (stop.signal.aborted && by !== 'SIGHUP') process.exit(128 + constants.signals[by]);
    stopOnce();
  }
  for (const by of SIGNALS) process.on(by, interrupt);
  // To the end of the program: what is still written then, nobody reads.
  for (const output of [process.stdout, process.stderr]) output.on('error', stopOnce);
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const by of SIGNALS) process.off(by, interrupt);
    },
  };
}

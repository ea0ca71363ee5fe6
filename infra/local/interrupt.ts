/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A signal that Ctrl-C (or SIGTERM) aborts; a second one ends the program at once. Disposing of it ends the listening. */
export function interruptSignal(): Disposable & { readonly signal: AbortSignal } {
  const stop = new AbortController();
  const ignore = () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  function interrupt(): void {
    ignore();
    process.stderr.write('\nstopping\n');
    stop.abort();
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return { signal: stop.signal, [Symbol.dispose]: ignore };
}

/** Why a program was asked to end. */
export type StopReason = NodeJS.Signals | 'stdin closed';

/**
 * Waits until the program is asked to end: by SIGTERM or SIGINT or, if wanted, by the end of its standard input, which
 * the parent holds open for as long as it lives. A second signal then has its usual effect: it ends the program at once.
 */
export function untilStopRequested({ exitWithParent }: { readonly exitWithParent: boolean }): Promise<StopReason> {
  return new Promise((resolve) => {
    const stop = (reason: StopReason): void => {
      process.off('SIGTERM', stop).off('SIGINT', stop);
      process.stdin.off('end', onStdinEnd).off('error', onStdinEnd).pause();
      resolve(reason);
    };
    const onStdinEnd = (): void => stop('stdin closed');
    process.on('SIGTERM', stop).on('SIGINT', stop);
    if (exitWithParent) process.stdin.on('end', onStdinEnd).on('error', onStdinEnd).resume();
  });
}

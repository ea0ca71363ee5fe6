import { interruptSignal } from '../../infra/local/interrupt.ts';
import { type Reporter, startReporter } from '../reporter.ts';

/** What a subcommand does until its exit code, or until the signal says stop. */
type Action = (signal: AbortSignal, reporter: Reporter) => Promise<number>;

/** Runs an action of a subcommand; what becomes of it is the exit code of the command. */
export type Run = (action: Action) => Promise<void>;

/** @param setExitCode told what the action returned; 1 when it threw, which is told on standard error; 130 when it was stopped */
export function runner(setExitCode: (code: number) => void): Run {
  return async (action) => {
    using interrupt = interruptSignal();
    const { signal } = interrupt;
    const reporter = startReporter();
    try {
      const code = await action(signal, reporter);
      setExitCode(signal.aborted ? 130 : code);
    } catch (error) {
      if (signal.aborted) return setExitCode(130);
      process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      setExitCode(1);
    }
  };
}

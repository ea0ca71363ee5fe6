import { execFile } from 'node:child_process';

const TIMEOUT_MS = 60_000;

/**
 * Runs promtool, which comes with Prometheus.
 *
 * @returns its exit code and all that it printed
 * @throws Error when it can't be run or takes longer than a minute
 */
export function promtool(...args: readonly string[]): Promise<{ code: number; output: string }> {
  return promtoolReading('', ...args);
}

/** The same, with something to read on its standard input. */
export function promtoolReading(input: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile('promtool', args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (!error) resolve({ code: 0, output: stdout + stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, output: stdout + stderr });
      else
        reject(new Error(`promtool ${args.join(' ')} could not be run to its end: ${error.message}`, { cause: error }));
    });
    // One that ends without having read all says why itself.
    child.stdin?.on('error', () => {}).end(input);
  });
}

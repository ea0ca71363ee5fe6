import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program under test, in a process of its own. Disposing of it kills it if it still runs. */
export interface TestChild extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Resolves with the first log line of that event; rejects when the program ends without one, or after 20 s. */
  line(event: string): Promise<Record<string, unknown>>;
  /** What was written to standard output so far. */
  output(): string;
  /** Resolves with the exit code and what was written to standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

const lineTimeoutMs = 20_000;

/** Runs a program of this repository with the Node that runs the tests. */
export function startTestChild(file: string, args: readonly string[]): TestChild {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  // A test that runs out of time disposes of nothing.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  const output: string[] = [];
  const lineSeen = new EventTarget();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    output.push(text);
    lineSeen.dispatchEvent(new Event('line'));
  });
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, stderr }));

  return {
    process: child,
    ended,
    output: () => output.join('\n'),
    line(event) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const lines = output.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text));
          const found = lines.find((line) => line['event'] === event);
          if (found) resolve(found);
        };
        const timer = setTimeout(() => reject(new Error(`no line "${event}" in time: ${stderr}`)), lineTimeoutMs);
        timer.unref();
        lineSeen.addEventListener('line', look);
        ended.then(() => reject(new Error(`ended without a line "${event}": ${stderr}`)));
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      kill();
      await ended;
    },
  };
}

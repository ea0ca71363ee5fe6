import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** What a command has printed, both streams, and its exit code. */
export interface Run {
  readonly lines: readonly string[];
  readonly code: number | null;
}

/**
 * Runs a program of this repository with servers of its own, as a user would; `onLine` may send it signals.
 *
 * @param changes of the environment
 * @param mark by which {@link processesWith} knows what it has started
 */
export async function runCommand(
  script: string,
  args: readonly string[],
  mark: string,
  onLine?: (line: string, pid: number) => void,
  changes: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const { PUBSUB_EMULATOR_HOST: _emulator, REDIS_URL: _redis, ...env } = process.env;
  const child = spawn(process.execPath, [script, ...args], {
    cwd: repository,
    env: { ...env, ...changes, EDDY_TEST_MARK: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop()!;
      for (const line of parts) {
        lines.push(line);
        onLine?.(line, child.pid!);
      }
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { lines, code };
}

/** The processes that still run with the mark in their environment (Linux). */
export function processesWith(mark: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`EDDY_TEST_MARK=${mark}\0`);
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}

// Run by `npm test` before the tests: the servers that they need are there, or are installed, or are named.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findExecutable } from '../infra/servers/executable.ts';
import { findMissingServers } from './servers/missing-servers.ts';
import { prepareServers } from './servers/prepare-servers.ts';

const installTimeoutMs = 5 * 60_000;

/** Runs a command that may say what it does but ask nothing; answers its exit code, null for a signal. */
async function run(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  quiet: boolean,
): Promise<number | null> {
  const child = spawn(command, args, {
    stdio: ['ignore', quiet ? 'ignore' : 2, quiet ? 'ignore' : 2],
    timeout: timeoutMs,
  });
  const [code] = await once(child, 'exit');
  return code;
}

async function mayInstall(): Promise<string | undefined> {
  if (!(await findExecutable('apt-get')) || !(await findExecutable('bash'))) {
    return undefined;
  }
  if (process.getuid?.() === 0) {
    return 'as root';
  }
  const sudo = await findExecutable('sudo');
  return sudo && (await run(sudo, ['-n', 'true'], 5_000, true)) === 0 ? 'through sudo' : undefined;
}

async function install(debianPackage: string): Promise<void> {
  const script = join(import.meta.dirname, 'servers/install-debian-packages');
  const code = await run(script, [debianPackage], installTimeoutMs, false);
  if (code !== 0) {
    throw new Error(code === null ? `not done within ${installTimeoutMs / 60_000} minutes` : `exit code ${code}`);
  }
}

const say = (line: string) => void process.stderr.write(`${line}\n`);
const ready = await prepareServers(
  { missing: findMissingServers, mayInstall, install, say },
  Boolean(process.env['CI']),
);
process.exitCode = ready ? 0 : 1;

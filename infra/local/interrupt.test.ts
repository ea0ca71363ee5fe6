import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Says a word, and whenever it is stopped another one; it ends by itself a second after. */
const PROGRAM = `
import { interruptSignal } from ${JSON.stringify(join(import.meta.dirname, 'interrupt.ts'))};
using interrupt = interruptSignal();
const talking = setInterval(() => process.stdout.write('word\\n'), 20);
await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve));
await new Promise((resolve) => setTimeout(resolve, 500));
clearInterval(talking);
process.exitCode = 7;
`;

async function start() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  return { child, ended, told: () => told };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks a program to end', async (signal) => {
  const { child, ended, told } = await start();
  child.kill(signal);
  expect(await ended).toEqual([7, null]);
  expect(told()).toBe('\nstopping\n');
});

test('a second Ctrl-C ends it at once, as an exit that others hear of; a terminal that is closed twice does not', async () => {
  const one = await start();
  one.child.kill('SIGINT');
  await expect.poll(one.told).toContain('stopping');
  one.child.kill('SIGINT');
  expect(await one.ended).toEqual([130, null]);
  const other = await start();
  other.child.kill('SIGHUP');
  await expect.poll(other.told).toContain('stopping');
  other.child.kill('SIGHUP');
  expect(await other.ended).toEqual([7, null]);
});

test('it ends when nobody reads what it says any more', async () => {
  const { child, ended, told } = await start();
  child.stdout.destroy();
  expect(await ended).toEqual([7, null]);
  expect(told()).toBe('\nstopping\n');
});

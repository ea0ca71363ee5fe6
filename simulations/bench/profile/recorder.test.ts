import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeScratchFolder } from '../../../infra/servers/scratch-folder.ts';
import { isRunning } from '../../../test/servers/is-running.ts';
import { costsOf } from './costs.ts';
import { startRecorded } from './recorder.ts';

/** Is busy for half of the time, and ends when it is told to. */
const SOURCE = `
console.log(JSON.stringify({ event: 'listening' }));
function beBusy() { const until = performance.now() + 10; while (performance.now() < until); }
function beStarting() { const until = performance.now() + 300; while (performance.now() < until); }
beStarting();
setInterval(beBusy, 20);
process.stdin.on('end', () => process.exit()).resume();
`;

async function startBusy(folder: string, options: { readonly signal?: AbortSignal } = {}) {
  const script = join(folder, 'busy.ts');
  await writeFile(script, SOURCE);
  return startRecorded({ name: 'the busy one', script, ...options });
}

test('a program is recorded from the outside, for as long as something is done and no longer', async () => {
  await using folder = await makeScratchFolder('eddy-recorder');
  await using program = await startBusy(folder.path);
  const first = await program.record(() => sleep(400));
  const { files, functions } = costsOf(first.profile, folder.path);
  expect(files[0]!.name).toBe('busy.ts');
  const seconds = first.threads.get('MainThread')!;
  expect(seconds).toBeGreaterThan(0.05);
  expect(seconds).toBeLessThan(0.4);
  expect(functions.some(({ name }) => name === 'beBusy busy.ts:3')).toBe(true);

  const second = costsOf((await program.record(() => sleep(100))).profile, folder.path);
  expect(second.functions.some(({ name }) => name.startsWith('beStarting'))).toBe(false);
});

test('a program that ends while it is recorded is an error, and one that goes on is stopped at the end', async () => {
  await using folder = await makeScratchFolder('eddy-recorder');
  const { service, ...program } = await startBusy(folder.path);
  const recording = program.record(async () => {
    service.kill('SIGKILL');
    await sleep(10_000, undefined, { ref: false });
  });
  await expect(recording).rejects.toThrow('the busy one has ended (SIGKILL); its last output:');
  await program[Symbol.asyncDispose]();

  const other = await startBusy(folder.path);
  await other[Symbol.asyncDispose]();
  expect(isRunning(other.service.pid)).toBe(false);
});

test('what does not start is told as always', async () => {
  await using folder = await makeScratchFolder('eddy-recorder');
  const starting = startRecorded({ name: 'nobody', script: join(folder.path, 'nobody.ts') });
  await expect(starting).rejects.toThrow('nobody ended before it was ready');
});

test('nothing is left behind by a start that was interrupted', async () => {
  await using folder = await makeScratchFolder('eddy-recorder');
  const starting = startBusy(folder.path, { signal: AbortSignal.abort(new Error('interrupted')) });
  await expect(starting).rejects.toThrow('interrupted');
});

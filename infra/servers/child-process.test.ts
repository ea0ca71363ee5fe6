import { describe, expect, test } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import type { ChildProcessOptions } from './child-process.ts';
import { StartError, startChildProcess } from './child-process.ts';

function program(source: string, options: Partial<ChildProcessOptions<string>> = {}) {
  return startChildProcess<string>({
    name: 'the program',
    command: process.execPath,
    args: ['--eval', source],
    ready: (line) => (line.startsWith('ready') ? line : undefined),
    ...options,
  });
}

const stays = 'setInterval(() => {}, 1000);';

describe('a child process', () => {
  test('is handed over with the line that says it is ready', async () => {
    const { child, ready } = await program(`console.log('not yet'); console.log('ready on 7'); ${stays}`);
    expect(ready).toBe('ready on 7');
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(isRunning(child.pid)).toBe(false);
  });

  test('is the process itself: its pid is not that of a launcher', async () => {
    const { child, ready } = await program(`console.log('ready ' + process.pid); ${stays}`);
    await using _ = child;
    expect(ready).toBe(`ready ${child.pid}`);
  });

  test('that ends early is an error with its last output', async () => {
    const starting = program(`console.error('no licence'); process.exitCode = 3`);
    await expect(starting).rejects.toThrow(
      new StartError('the program ended before it was ready (exit code 3); its last output:\nno licence'),
    );
  });

  test('that is not ready in time is stopped', async () => {
    let pid = 0;
    const starting = program(`console.log(process.pid); ${stays}`, {
      readyTimeoutMs: 500,
      onLine: (line) => {
        pid = Number(line);
      },
    });
    await expect(starting).rejects.toThrow('the program was not ready within 500 ms');
    expect(pid).toBeGreaterThan(0);
    expect(isRunning(pid)).toBe(false);
  });

  test('that says it will never be ready is not waited for', async () => {
    const starting = program(`console.log('fatal: full'); ${stays}`, { fatal: (line) => line.startsWith('fatal') });
    await expect(starting).rejects.toThrow("the program can't start; its last output:\nfatal: full");
  });

  test('that does not exist is an error that names it', async () => {
    const starting = program('', { command: '/nowhere/at-all', parentDeath: 'stdin' });
    await expect(starting).rejects.toThrow("the program can't be started: /nowhere/at-all");
  });

  test('that ignores SIGTERM is killed after the deadline', async () => {
    const { child } = await program(`process.on('SIGTERM', () => {}); console.log('ready'); ${stays}`, {
      stopTimeoutMs: 200,
    });
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('that is frozen is thawed to heed SIGTERM', async () => {
    const { child } = await program(`process.on('SIGTERM', () => process.exit(5)); console.log('ready'); ${stays}`);
    child.kill('SIGSTOP');
    expect(await child.stop()).toEqual({ code: 5, signal: null });
  });

  test('can be stopped twice, and after it ended by itself', async () => {
    const { child } = await program(`console.log('ready'); setTimeout(() => process.exit(4), 50)`);
    expect(await child.exited).toEqual({ code: 4, signal: null });
    expect(await child.stop()).toEqual({ code: 4, signal: null });
    expect(child.kill('SIGTERM')).toBe(false);
  });

  test('is heard from its first line on by those who asked for it', async () => {
    const heard: string[] = [];
    const { child } = await program(`console.error('one'); console.log('ready'); ${stays}`, {
      onLine: (line, stream) => heard.push(`${stream} ${line}`),
    });
    await using _ = child;
    await expect.poll(() => heard.toSorted()).toEqual(['stderr one', 'stdout ready']);
  });

  test('keeps only the last of a long output', async () => {
    const starting = program(`for (let i = 1; i <= 1000; i++) console.log('line ' + i)`);
    const error = await starting.catch((reason: Error) => reason);
    expect((error as Error).message).toMatch(/line 1000$/);
    expect((error as Error).message.length).toBeLessThan(1_000);
  });

  test('is not started under a signal that is already aborted', async () => {
    await expect(program(stays, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  });
});

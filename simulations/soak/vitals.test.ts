import { describe, expect, test } from 'vitest';
import { startChildProcess } from '../../infra/servers/child-process.ts';
import { connectInspector, inspectorAddress } from './inspector.ts';
import { cpuSecondsOf, lookAt, rssOf } from './vitals.ts';

/** A process that has 10 MiB in use, and leaves 50 MiB of garbage. */
async function watchedProcess() {
  const source = `
    globalThis.kept = Array.from({ length: 10 }, () => Buffer.alloc(1048576, 1));
    for (let i = 0; i < 50; i++) Buffer.alloc(1048576, 1);
    setInterval(() => {}, 1000);
    process.stdout.write('ready\\n');
  `;
  let inspector = '';
  const { child } = await startChildProcess({
    name: 'a process',
    command: process.execPath,
    args: ['--expose-gc', '--inspect=127.0.0.1:0', '--eval', source],
    onLine(line) {
      inspector ||= inspectorAddress(line) ?? '';
    },
    ready: (line) => (line === 'ready' ? true : undefined),
  });
  await using starting = new AsyncDisposableStack();
  starting.use(child);
  // Another stream than the one that says ready.
  await expect.poll(() => inspector, { timeout: 10_000 }).not.toBe('');
  starting.move();
  return { child, inspector };
}

describe.runIf(process.platform === 'linux')('a process that is looked at', () => {
  test('tells what is in use after a garbage collection, and what it has open', async () => {
    const { child, inspector } = await watchedProcess();
    await using _ = child;
    const first = await lookAt(child.pid, inspector);
    expect(first.heapBytes).toBeGreaterThan(10 * 1_048_576);
    expect(first.heapBytes).toBeLessThan(40 * 1_048_576);
    expect(first.rssBytes).toBeGreaterThan(first.heapBytes);
    expect(first.fds).toBeGreaterThan(5);
    expect(first.handles).toBeGreaterThan(0);
    const second = await lookAt(child.pid, inspector);
    expect(second.cpuSeconds).toBeGreaterThanOrEqual(first.cpuSeconds);
    expect(second.lagMs).toBeGreaterThanOrEqual(0);
  });

  test('answers an expression by its value, and one that throws by an error', async () => {
    const { child, inspector } = await watchedProcess();
    await using _ = child;
    using connection = await connectInspector(inspector);
    expect(await connection.evaluate('({ pid: process.pid })')).toEqual({ pid: child.pid });
    await expect(connection.evaluate('nothing.at.all')).rejects.toThrow('nothing is not defined');
    child.kill('SIGKILL');
    await child.exited;
    await expect(connection.evaluate('1')).rejects.toThrow();
    await expect(lookAt(child.pid, inspector)).rejects.toThrow('no inspector answers');
  });
});

test('the RSS and the CPU time are read as Linux writes them', () => {
  expect(rssOf('Name:\tnode\nVmPeak:\t  999 kB\nVmRSS:\t  103552 kB\nThreads:\t11\n')).toBe(103_552 * 1_024);
  const stat = '4711 (a ) odd) name) S 1 4711 4711 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 11 0 12345';
  expect(cpuSecondsOf(stat)).toBe(3);
});

test('an RSS or a CPU time that is not there is an error, not a number', () => {
  expect(() => rssOf('Name:\tnode\nThreads:\t1\n')).toThrow('no line VmRSS');
  expect(() => cpuSecondsOf('4711 (node) Z 1')).toThrow('no CPU time');
});

test('the line of the inspector is told from others', () => {
  expect(inspectorAddress('Debugger listening on ws://127.0.0.1:4711/ab-cd')).toBe('ws://127.0.0.1:4711/ab-cd');
  expect(inspectorAddress('For help, see: https://nodejs.org/en/docs/inspector')).toBeUndefined();
});

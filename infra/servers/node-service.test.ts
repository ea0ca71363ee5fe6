import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import { startChildProcess } from './child-process.ts';
import { startNodeService } from './node-service.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eddy-service-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function script(name: string, source: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, source);
  return file;
}

const listening = `
  process.stdout.write('{"level":30,"event":"starting"}\\n{broken\\n');
  process.stdout.write(JSON.stringify({ event: 'listening', port: 7, args: process.argv.slice(2), mode: process.env.MODE, pid: process.pid }) + '\\n');
  process.stdin.resume().on('end', () => process.exit(0));
`;

describe('a service of this repository as a child process', () => {
  test('is ready with its listening line, and knows that it is to exit with its parent', async () => {
    const service = await startNodeService({
      script: await script('a.mts', listening),
      args: ['--role', 'items'],
      env: { MODE: 'quiet' },
      name: 'the service',
    });
    await using _ = service;
    expect(service.ready).toMatchObject({ port: 7, args: ['--role', 'items', '--exit-with-parent'], mode: 'quiet' });
    expect(service.ready['pid']).toBe(service.pid);
  });

  test('gets the options of Node itself', async () => {
    const file = await script('e.mts', `process.stdout.write(typeof globalThis.gc + '\\n');${listening}`);
    const lines: string[] = [];
    await using service = await startNodeService({
      script: file,
      nodeArgs: ['--expose-gc'],
      name: 'the service',
      onLine: (line) => lines.push(line),
    });
    expect(service.ready.event).toBe('listening');
    expect(lines[0]).toBe('function');
  });

  test('that fails at start is an error with what it said', async () => {
    const file = await script(
      'b.mts',
      `process.stderr.write('models.weapons: expected an object\\n'); process.exit(2)`,
    );
    await expect(startNodeService({ script: file, name: 'the proxy' })).rejects.toThrow(
      'the proxy ended before it was ready (exit code 2); its last output:\nmodels.weapons: expected an object',
    );
  });

  test('tells how it ended when somebody kills it', async () => {
    await using service = await startNodeService({ script: await script('c.mts', listening), name: 'the service' });
    service.kill('SIGKILL');
    expect(await service.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('sees its standard input end when its parent is killed', async () => {
    const program = `
      import { startNodeService } from '${import.meta.dirname}/node-service.ts';
      const service = await startNodeService({ script: '${await script('d.mts', listening)}', name: 'the service' });
      process.stdout.write(service.pid + '\\n');
    `;
    const { child, ready: pid } = await startChildProcess({
      name: 'a parent',
      command: process.execPath,
      args: ['--input-type=module', '--eval', program],
      ready: (line) => Number(line),
    });
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { startChildProcess } from './child-process.ts';
import { startRedisServer } from './redis-server.ts';

function connect(url: string): Redis {
  const client = new Redis(url, { retryStrategy: null, enableOfflineQueue: true, commandTimeout: 300 });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

describeWithServers(['redis-server'], 'a Redis of our own', () => {
  test('serves on a free port of loopback and is gone when disposed of', async () => {
    let pid: number;
    {
      await using server = await startRedisServer();
      pid = server.pid;
      expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
      expect(await connect(server.url).set('a', '1')).toBe('OK');
      expect(isRunning(pid)).toBe(true);
    }
    expect(isRunning(pid)).toBe(false);
  });

  test('leaves no folder behind', async () => {
    let folder: string;
    {
      await using server = await startRedisServer();
      folder = ((await connect(server.url).config('GET', 'dir')) as string[])[1]!;
      expect(existsSync(folder)).toBe(true);
    }
    expect(existsSync(folder)).toBe(false);
  });

  test('holds what it is told to hold and drops the rest', async () => {
    await using server = await startRedisServer({ maxmemory: '8mb' });
    expect(await connect(server.url).config('GET', 'maxmemory')).toEqual(['maxmemory', `${8 * 1024 * 1024}`]);
  });

  test('answers nothing while frozen and everything after', async () => {
    await using server = await startRedisServer();
    const client = connect(server.url);
    await client.set('a', '1');
    server.freeze();
    await expect(client.get('a')).rejects.toThrow('timed out');
    server.thaw();
    expect(await client.get('a')).toBe('1');
  });

  test('leaves no process when it is disposed of during a restart', async () => {
    await using server = await startRedisServer();
    const client = connect(server.url);
    await client.ping();
    const restarted = server.restart();
    await expect.poll(() => client.status).toBe('end'); // The old one is gone: the new one is on its way.
    await server[Symbol.asyncDispose]();
    await restarted;
    expect(isRunning(server.pid)).toBe(false);
    await expect(connect(server.url).ping()).rejects.toThrow();
  });

  test('is stopped even while frozen', async () => {
    await using server = await startRedisServer();
    server.freeze();
    await server[Symbol.asyncDispose]();
    expect(isRunning(server.pid)).toBe(false);
  });

  test('comes back empty on the same port after it was killed', async () => {
    await using server = await startRedisServer();
    await connect(server.url).set('a', '1');
    const before = server.pid;
    expect(await server.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await expect(connect(server.url).get('a')).rejects.toThrow();
    await server.restart();
    expect(server.pid).not.toBe(before);
    expect(await connect(server.url).get('a')).toBeNull();
  });

  test('tells that its port is in use', async () => {
    await using server = await startRedisServer();
    await expect(startRedisServer({ port: server.port })).rejects.toThrow(
      new RegExp(`redis-server on port ${server.port} ended before it was ready[^]*Address already in use`),
    );
  });

  test.runIf(process.platform === 'linux')('dies with the process that started it, even by SIGKILL', async () => {
    // A killed process can't remove its folder.
    const folder = await mkdtemp(join(tmpdir(), 'eddy-parent-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const program = `
      import { startRedisServer } from '${import.meta.dirname}/redis-server.ts';
      process.stdout.write((await startRedisServer()).pid + '\\n');
    `;
    const { child, ready: pid } = await startChildProcess({
      name: 'a parent',
      command: process.execPath,
      args: ['--input-type=module', '--eval', program],
      env: { ...process.env, TMPDIR: folder },
      ready: (line) => Number(line),
    });
    expect(isRunning(pid)).toBe(true);
    child.kill('SIGKILL');
    await child.exited;
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
  });
});

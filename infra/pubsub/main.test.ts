import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTestChild, type TestChild } from '../grpc/test-child.ts';
import { connectMisbehaviour } from './server/misbehaviour-client.ts';
import { startPubSubServer } from './server/server.ts';

const run = (...args: string[]): TestChild => startTestChild(join(import.meta.dirname, 'main.ts'), args);

describe('the program infra/pubsub/main.ts', () => {
  test('tells where it listens and how to use it, and drains and exits with 0 on SIGTERM', async () => {
    await using child = run('--port', '0');
    const { address, use } = await child.line('listening');
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(use).toBe(`PUBSUB_EMULATOR_HOST=${address}`);
    using faults = connectMisbehaviour(String(address));
    await expect(faults.getCounts()).rejects.toThrow('UNIMPLEMENTED');
    child.process.kill('SIGTERM');
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
  });

  test('serves the misbehaviour switch when asked to, and drains on SIGINT', async () => {
    await using child = run('--port', '0', '--misbehave', '--seed', '7');
    const { address } = await child.line('listening');
    using faults = connectMisbehaviour(String(address));
    expect(await faults.getCounts()).toMatchObject({ published: 0, openStreams: 0 });
    child.process.kill('SIGINT');
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
  });

  test('names the address that is in use', async () => {
    await using other = await startPubSubServer();
    await using child = run('--port', other.address.split(':')[1]!);
    expect(await child.ended).toEqual({
      code: 1,
      stderr:
        `error: Can't listen on ${other.address}: the port is in use; stop the program that holds it or choose ` +
        'another port (0 takes a free one).\n',
    });
  });

  test('explains itself and refuses what it does not understand', async () => {
    await using help = run('--help');
    expect((await help.ended).code).toBe(0);
    expect(help.output()).toContain('Serves Google Pub/Sub from memory');
    await using wrong = run('--port', '0', '--seed', 'x');
    const { code, stderr } = await wrong.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('Expected a seed, 0 to 4294967295.');
  });
});

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTestChild, type TestChild } from '../grpc/test-child.ts';

const run = (...args: string[]): TestChild => startTestChild(join(import.meta.dirname, 'main.ts'), args);

describe('the program infra/catalog/main.ts', () => {
  test('tells where it listens, and drains and exits with 0 on SIGTERM', async () => {
    await using child = run('--port', '0');
    expect(await child.line('listening')).toMatchObject({
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      profiles: 'synthetic',
    });
    child.process.kill('SIGTERM');
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
  });

  test('ends with its parent when asked to', async () => {
    await using child = run('--port', '0', '--exit-with-parent');
    await child.line('listening');
    child.process.stdin?.end();
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
  });

  test('refuses a file that it can not read', async () => {
    await using child = run('--port', '0', '--profiles', '/nowhere/profiles.jsonl');
    const { code, stderr } = await child.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Can't read the profiles: ENOENT/);
  });
});

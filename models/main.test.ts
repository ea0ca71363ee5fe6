import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startTestChild, type TestChild } from '../infra/grpc/test-child.ts';
import { connectFaults } from './host/fault-client.ts';
import { startModelHost } from './host/host.ts';
import { connectModel, inputs, titleScorer } from './host/test-model.ts';

const run = (...args: string[]): TestChild => startTestChild(join(import.meta.dirname, 'main.ts'), args);

describe('the program models/main.ts', () => {
  test('tells where it listens, serves its model, and drains and exits with 0 on SIGTERM', async () => {
    await using child = run('weapons', '--port', '0', '--faults', '0', '--seed', '1');
    const ready = await child.line('listening');
    expect(ready).toMatchObject({
      level: 'info',
      service: 'eddy-model',
      event: 'listening',
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      faults: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      model: 'weapons',
      version: expect.stringMatching(/^weapons-/),
    });
    using model = connectModel(String(ready['address']));
    const { predictions, modelVersion } = await model.predict(inputs('a hunting rifle', 'a teapot'));
    expect(modelVersion).toBe(ready['version']);
    expect(predictions.map(({ probability }) => typeof probability)).toEqual(['number', 'number']);
    using faults = connectFaults(String(ready['faults']));
    expect(await faults.getLoad()).toEqual({ calls: 1, inputs: 2, peakConcurrency: 1 });
    child.process.kill('SIGTERM');
    expect(await child.line('draining')).toMatchObject({ reason: 'SIGTERM' });
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
  });

  test('has no fault switch without --faults, and drains on SIGINT', async () => {
    await using child = run('weapons', '--port', '0');
    expect(await child.line('listening')).not.toHaveProperty('faults');
    child.process.kill('SIGINT');
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
  });

  test('ends with its parent when asked to: when its standard input ends', async () => {
    await using child = run('weapons', '--port', '0', '--exit-with-parent');
    await child.line('listening');
    child.process.stdin?.end();
    expect(await child.line('draining')).toMatchObject({ reason: 'stdin closed' });
    expect(await child.ended).toEqual({ code: 0, stderr: '' });
  });

  test('ends with a parent that died, although nobody reads its output any more', async () => {
    await using child = run('weapons', '--port', '0', '--exit-with-parent');
    await child.line('listening');
    child.process.stdout?.destroy();
    child.process.stdin?.end();
    expect((await child.ended).code).toBe(0);
  });

  test('warns when other machines can reach it without TLS', async () => {
    await using child = run('weapons', '--host', '0.0.0.0', '--port', '0');
    expect(await child.line('plain-text')).toMatchObject({ level: 'warn', host: '0.0.0.0' });
  });

  test('lists the models that there are when it does not know the one that was asked for', async () => {
    for (const name of ['narwhals', '../models/weapons', 'host']) {
      await using child = run(name, '--port', '0');
      const { code, stderr } = await child.ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: There is no model named ".*"\. Available: .*\bweapons\b.*\.\n$/);
    }
  });

  test('names the address that is in use', async () => {
    await using other = await startModelHost({ scorer: titleScorer });
    await using child = run('weapons', '--port', other.address.split(':')[1]!);
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
    expect(help.output()).toMatch(/what to serve: .*weapons/);
    await using wrong = run('weapons', '--port', 'http');
    const { code, stderr } = await wrong.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("option '--port <port>' argument 'http' is invalid. Expected a port, 0 to 65535.");
  });
});

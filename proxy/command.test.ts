import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configJsonSchema } from './config.ts';

const root = join(import.meta.dirname, '..');

/** Runs the proxy's program to its end. */
function run(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const { EDDY_CONFIG: _ours, ...inherited } = process.env;
    const child = execFile(
      process.execPath,
      ['proxy/main.ts', ...args],
      { cwd: root, env: { ...inherited, ...env }, timeout: 18_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

const folder = mkdtempSync(join(tmpdir(), 'eddy-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the proxy's program", () => {
  test('prints the JSON Schema that is committed (else: node proxy/main.ts --print-schema > proxy/config.schema.json)', async () => {
    const { code, stdout } = await run(['--print-schema']);
    expect(code).toBe(0);
    expect(stdout === readFileSync(join(root, 'proxy/config.schema.json'), 'utf8')).toBe(true);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  test('explains itself', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const option of ['--config <file>', '--role <role>', '--check', '--print-schema'])
      expect(stdout).toContain(option);
    expect(stdout).toContain('"all", "items", "backlog"');
  });

  test('only checks a configuration where that is wanted, named by flag or environment', async () => {
    const { code, stdout } = await run(['--check'], { EDDY_CONFIG: 'infra/local/eddy.yaml' });
    expect([code, stdout]).toEqual([0, 'infra/local/eddy.yaml is valid\n']);
  });

  test('ends with code 2 and all faults where the configuration is at fault', async () => {
    const file = join(folder, 'eddy.yaml');
    writeFileSync(file, 'pubsub: { project: p, colour: red }\nmodels: {}\n');
    const { code, stdout, stderr } = await run(['--config', file, '--check']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('pubsub.colour: is not a known setting');
    expect(stderr).toContain('models: expected at least one model');
  });

  test('ends with code 2 where no configuration is named', async () => {
    const { code, stderr } = await run([]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--config infra/local/eddy.yaml')]);
  });

  test('names a flag that it does not know', async () => {
    const { code, stderr } = await run(['--chekc']);
    expect([code, stderr]).toEqual([1, expect.stringContaining("unknown option '--chekc'")]);
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { failOnUnhandled, PATIENCE_MS } from './runs.ts';

failOnUnhandled();

const folder = mkdtempSync(join(tmpdir(), 'eddy-fuzz-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `node proxy/main.ts --config FILE --check`, to its end. */
function check(file: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const args = ['proxy/main.ts', '--config', file, '--check'];
    const child = execFile(process.execPath, args, { timeout: 50_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function fileOf(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const NASTY: Record<string, () => string> = {
  'a bomb of aliases': () => fileOf('bomb.yaml', 'a: &a {b: *a, c: *a, d: *a, e: *a, f: [*a, *a, *a, *a]}'),
  'bytes that mean nothing': () =>
    fileOf('bytes.yaml', Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 89) % 256))),
  'nesting without an end': () => fileOf('deep.yaml', `? {a: b}\n: ${'['.repeat(50_000)}`),
};

test.each(Object.keys(NASTY))(
  'the check of a configuration that is %s ends with code 2 and says what is wrong, without a trace of the program',
  async (what) => {
    const file = NASTY[what]!();
    const { code, stdout, stderr } = await check(file);
    expect(stderr).toMatch(/^error: .* can't be used as configuration:\n {2}\S/);
    expect(stderr).toContain(file);
    expect(stderr).not.toMatch(/^\s+at |node:internal|Warning:|\.ts:\d/m);
    expect([code, stdout]).toEqual([2, '']);
  },
  PATIENCE_MS,
);

test(
  'the check of a configuration with the names that JavaScript knows is no worse for them',
  async () => {
    const text = readFileSync('infra/local/eddy.yaml', 'utf8');
    const { code, stdout, stderr } = await check(
      fileOf('names.yaml', text.replace('  weapons:\n', '  constructor:\n')),
    );
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringMatching(/is valid\n$/)]);
  },
  PATIENCE_MS,
);

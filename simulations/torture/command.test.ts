import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';

// Worlds take CPU, which the machine may not have to spare.
vi.setConfig({ testTimeout: 300_000 });

const MAIN = join(import.meta.dirname, 'main.ts');

async function torture(...args: string[]): Promise<{ code: number; lines: string[]; errors: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, ...args]);
    return { code: 0, lines: stdout.trimEnd().split('\n'), errors: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, lines: stdout.trimEnd().split('\n'), errors: stderr };
  }
}

describe('npm run torture', () => {
  test('runs a slice of the campaign without a violation', async () => {
    const { code, lines } = await torture('--seeds', '20', '--first', '1001');
    expect(lines.at(-1)).toMatch(/^20 seeds, \d{5} events, 0 violations$/);
    expect(code).toBe(0);
  });

  test('catches a planted bug, and tells by which promise', async () => {
    const { code, lines } = await torture('--mutants', 'owe only the first of several models', '--seeds', '10');
    expect(lines.at(-2)).toContain('nothing is acknowledged before what replaces it is confirmed');
    expect(lines.at(-1)).toBe('1 mutants, 1 caught, 0 survived');
    expect(code).toBe(0);
  });

  test('replays one seed, and the way of an item in it', async () => {
    const { code, lines } = await torture('--seed', '3', '--follow', 'item-5');
    expect(lines[0]).toBe('seed 3');
    expect(lines).toContain('the way of item-5:');
    expect(lines.join('\n')).toMatch(/event \d+ published/);
    expect(lines.at(-1)).toMatch(/^settled in .* digest [0-9a-f]{16}$/);
    expect(code).toBe(0);
  });

  test.each([
    [['--seeds', '0'], 'Expected a whole number from 1 on'],
    [['--seed', 'one'], 'Expected a whole number from 1 on'],
    [['--mutants', 'forget everything'], 'There is no such mutant; there are: acknowledge before'],
    [['--follow', 'item-1'], '--follow needs --seed'],
    [['--sed', '1'], 'Did you mean --seed?'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, errors } = await torture(...args);
    expect([code, errors]).toEqual([2, expect.stringContaining(message)]);
  });
});

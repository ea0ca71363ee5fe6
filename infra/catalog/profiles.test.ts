import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readProfiles } from './profiles.ts';

const folder = mkdtempSync(join(tmpdir(), 'eddy-profiles-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(...lines: string[]): string {
  const file = join(folder, 'profiles.jsonl');
  writeFileSync(file, lines.join('\n'));
  return file;
}

describe('a file of profiles', () => {
  test('is read line by line, with 0 and false for what is left out', async () => {
    const full = {
      sellerId: 'a',
      accountAgeDays: 3,
      pastRemovals: 1,
      completedSales: 7,
      verified: true,
      rating: 4.5,
    };
    const profiles = await readProfiles(fileOf(JSON.stringify(full), '', '{"sellerId":"京都"}', ''));
    expect(profiles('a')).toEqual(full);
    expect(profiles('京都')).toEqual({
      sellerId: '京都',
      accountAgeDays: 0,
      pastRemovals: 0,
      completedSales: 0,
      verified: false,
      rating: 0,
    });
    expect(profiles('b')).toBeUndefined();
  });

  test('is refused with every line at fault', async () => {
    const file = fileOf('{"sellerId":"a"}', 'x', '{"sellerId":"b","rating":6,"age":1}', '{"sellerId":"a"}', '[]');
    const message = await readProfiles(file).catch((error: Error) => error.message);
    expect(String(message).split('\n')).toEqual([
      `Can't use the profiles in ${file}:`,
      expect.stringMatching(/^ {2}line 2: not JSON: /),
      expect.stringMatching(/^ {2}line 3: rating: .*; Unrecognized key: "age"$/),
      '  line 4: the seller "a" has a profile already',
      expect.stringMatching(/^ {2}line 5: Invalid input: expected object/),
    ]);
  });

  test('is refused after 20 faults, however many there are', async () => {
    const failure = await readProfiles(fileOf(...Array(500).fill('x'))).catch((error: Error) => error.message);
    expect(String(failure).split('\n')).toHaveLength(21);
  });

  test('must exist', async () => {
    await expect(readProfiles(join(folder, 'nowhere.jsonl'))).rejects.toThrow("Can't read the profiles: ENOENT");
  });
});

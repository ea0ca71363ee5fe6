import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOutFolder, OutFolderError } from './out-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'out-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder is made with those that it is in, and they stay when something is in them', async () => {
  const made = await makeOutFolder(join(folder, 'one/two'), '--out');
  await writeFile(join(folder, 'one/two/report'), '');
  await made[Symbol.asyncDispose]();
  expect(await readdir(folder, { recursive: true })).toEqual(['one', 'one/two', 'one/two/report']);
});

test('what was made and stays empty is taken away, what was there before is not', async () => {
  const made = await makeOutFolder(join(folder, 'one/two'), '--out');
  expect(await readdir(folder)).toEqual(['one']);
  await made[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
  const found = await makeOutFolder(folder, '--out');
  await found[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual([]);
});

test('a file is no folder, nor is there one below it', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(makeOutFolder(file, '--out')).rejects.toThrow(`--out ${file}: ${file} is no folder`);
  await expect(makeOutFolder(join(file, 'below/it'), '--pictures')).rejects.toThrow(
    `--pictures ${join(file, 'below/it')}: ${file} is no folder`,
  );
});

test('what can not be made is told with its code, and leaves nothing', async () => {
  const place = join(folder, 'one', 'a'.repeat(300));
  await expect(makeOutFolder(place, '--out')).rejects.toThrow(/can't be written to \(ENAMETOOLONG\)/);
  expect(await readdir(folder)).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'a place where nobody can make anything is refused, and does not hang',
  async () => {
    await expect(makeOutFolder('/proc/lab/report', '--out')).rejects.toThrow(OutFolderError);
  },
);

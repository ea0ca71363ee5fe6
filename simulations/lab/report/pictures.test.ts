import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writePictures } from './pictures.ts';
import { sampleRecord } from './sample-records.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eddy-pictures-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('draws the load on a healthy model and the delay of new events, in light and in dark', async () => {
  const files = await writePictures([sampleRecord('nack'), sampleRecord('eddy')], join(folder, 'made'));
  expect((await readdir(join(folder, 'made'))).sort()).toEqual(files.map((file) => file.split('/').at(-1)).sort());
  expect(files.map((file) => file.split('.').slice(-3).join('.')).sort()).toEqual([
    'delay.dark.svg',
    'delay.light.svg',
    'healthy.dark.svg',
    'healthy.light.svg',
  ]);
  for (const file of files) expect(await readFile(file, 'utf8')).toMatch(/^<svg.*nack.*eddy/s);
});

test('says what is wrong where they can not be written', async () => {
  await writeFile(join(folder, 'taken'), '');
  await expect(writePictures([sampleRecord('eddy')], join(folder, 'taken'))).rejects.toThrow(
    /the pictures can't be written \(EEXIST\)/,
  );
});

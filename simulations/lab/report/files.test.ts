import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SERIES, type SeriesName } from '../record.ts';
import { ReportError, seriesCsv, seriesFiles, summaryJson, writeReport } from './files.ts';
import { sampleRecord } from './sample-records.ts';

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eddy-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a series comes back from its file as it was', () => {
  const record = sampleRecord('redis-cache');
  const [head, ...rows] = seriesCsv(record)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  expect(head).toEqual([
    'second',
    'published_per_s',
    'proxy_load_per_s',
    'healthy_load_per_s',
    'ill_load_per_s',
    'ill_capacity_per_s',
    'oldest_unacked_s',
    'backlog',
    'delay_s',
    'dependency_load_per_s',
  ]);
  expect(rows.map(([second]) => Number(second))).toEqual(record.series.delay.map((_, second) => second));
  for (const [index, name] of (Object.keys(SERIES) as SeriesName[]).entries())
    expect(rows.map((row) => (row[index + 1] === '' ? null : Number(row[index + 1])))).toEqual(record.series[name]);
});

test('series of unequal length are filled up with nothing', () => {
  const record = sampleRecord('eddy');
  const none = Object.fromEntries(Object.keys(SERIES).map((name) => [name, []])) as unknown as typeof record.series;
  expect(
    seriesCsv({ ...record, series: { ...none, published: [5], backlog: [1, 2] } })
      .split('\n')
      .slice(1),
  ).toEqual(['0,5,,,,,,1,,', '1,,,,,,,2,,', '']);
});

test('the summary has all but the series, and the file that has those', () => {
  const [summary] = JSON.parse(summaryJson([sampleRecord('eddy')]));
  expect(summary).toMatchObject({ strategy: 'eddy', measures: { lost: 0 }, series: 'model-down.eddy.r3.csv' });
});

test('runs of one incident and strategy have files of their own', () => {
  const runs = [{}, { replicas: 1 }, { mode: 'real' as const }, { rate: 20 }, { incident: 'Model Down' }];
  expect(seriesFiles(runs.map((changes) => sampleRecord('eddy', changes)))).toEqual([
    'model-down.eddy.r3.csv',
    'model-down.eddy.r1.csv',
    'model-down.eddy.r3.real.csv',
    'model-down.eddy.r3.2.csv',
    'model-down.eddy.r3.3.csv',
  ]);
});

test('no name leads out of the folder', () => {
  const names = ['../../etc/passwd', '/', '..', 'a\0b', 'Ünïcode', 'x'.repeat(500), ''];
  for (const name of seriesFiles(
    names.map((incident) => sampleRecord(incident || 'eddy', { incident, strategy: incident })),
  ))
    expect(name).toMatch(/^[a-z0-9-]+\.[a-z0-9-]+\.r3\.(\d+\.)?csv$/);
});

test('a report is a folder of files, made where there is none', async () => {
  const out = join(await scratch(), 'new', 'report');
  const paths = await writeReport([sampleRecord('nack'), sampleRecord('eddy')], { out, command: 'npm run simulate' });
  expect(paths[0]).toBe(join(out, 'report.html'));
  expect((await readdir(out)).sort()).toEqual([
    'model-down.eddy.r3.csv',
    'model-down.nack.r3.csv',
    'report.html',
    'summary.json',
  ]);
  expect(await readFile(paths[0]!, 'utf8')).toContain('npm run simulate');
});

test('a folder that cannot be made is an error that says so', async () => {
  const file = join(await scratch(), 'file');
  await writeFile(file, '');
  const written = writeReport([sampleRecord('eddy')], { out: join(file, 'report'), command: '' });
  await expect(written).rejects.toThrow(ReportError);
  await expect(written).rejects.toThrow(
    /the report can't be written to ".*report": ENOTDIR.*name another folder with --out/,
  );
});

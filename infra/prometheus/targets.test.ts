import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { targetsFile, writeTargetsFile } from './targets.ts';

test('each target is a group with its job and its labels', () => {
  const text = targetsFile([
    { job: 'eddy-proxy', address: '127.0.0.1:8080' },
    { job: 'eddy-model', address: '[::1]:9001', labels: { model: 'weapons' } },
  ]);
  expect(JSON.parse(text)).toEqual([
    { targets: ['127.0.0.1:8080'], labels: { job: 'eddy-proxy' } },
    { targets: ['[::1]:9001'], labels: { job: 'eddy-model', model: 'weapons' } },
  ]);
  expect(JSON.parse(targetsFile([]))).toEqual([]);
});

test('the job is the one that was said, whatever the labels say', () => {
  const [group] = JSON.parse(targetsFile([{ job: 'eddy-proxy', address: 'a:1', labels: { job: 'other' } }]));
  expect(group.labels).toEqual({ job: 'eddy-proxy' });
});

test('what Prometheus would refuse is refused', () => {
  expect(() => targetsFile([{ job: 'eddy-proxy', address: 'http://127.0.0.1:80' }])).toThrow(
    'expected the address of a target as host:port, got "http://127.0.0.1:80"',
  );
  expect(() => targetsFile([{ job: 'eddy-proxy', address: '127.0.0.1' }])).toThrow('host:port');
  expect(() => targetsFile([{ job: 'eddy-proxy', address: 'a:1', labels: { 'a-b': '1' } }])).toThrow(
    '"a-b" of a:1 is no name of a label',
  );
});

test('the file is replaced, and no draft of it is left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eddy-targets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'stack.json');
  await writeTargetsFile(file, [{ job: 'eddy-proxy', address: 'a:1' }]);
  await writeTargetsFile(file, [{ job: 'eddy-proxy', address: 'b:2' }]);
  expect(await readFile(file, 'utf8')).toBe(targetsFile([{ job: 'eddy-proxy', address: 'b:2' }]));
  await expect(writeTargetsFile(join(folder, 'nowhere/stack.json'), [])).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual(['stack.json']);
});

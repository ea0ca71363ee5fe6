import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findExecutable } from '../servers/executable.ts';
import { committedTexts } from './committed.ts';
import { panelQueries, readDashboard } from './panel-queries.ts';
import { substitute } from './substitute.ts';

const promtool = await findExecutable('promtool');
const missing = 'promtool is not installed (Debian: apt-get install prometheus)';
const isSkipped = !promtool && !process.env['CI'];
if (isSkipped) process.stderr.write(`NOT CHECKED whether the queries of dashboards are PromQL: ${missing}\n`);

test.skipIf(isSkipped)('Prometheus can read the query of every panel', () => {
  if (!promtool) throw new Error(missing);
  const texts = [...committedTexts().values()];
  const panels = texts.map(readDashboard).flatMap((file) => panelQueries(file));
  const rules = panels.map(({ expr }, index) => ({ record: `panel:${index}`, expr: substitute(expr) }));
  const folder = mkdtempSync(join(tmpdir(), 'eddy-panels-'));
  try {
    const file = join(folder, 'panels.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }));
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'rules', file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

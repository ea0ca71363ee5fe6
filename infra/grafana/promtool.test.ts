import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { describeWithServers } from '../../test/servers/servers.ts';
import { promtool } from '../prometheus/promtool.ts';
import { committedTexts } from './committed.ts';
import { panelQueries, readDashboard } from './panel-queries.ts';
import { substitute } from './substitute.ts';

describeWithServers(['prometheus'], 'what promtool says of the dashboards', () => {
  test('Prometheus can read the query of every panel', async () => {
    const texts = [...committedTexts().values()];
    const panels = texts.map(readDashboard).flatMap((file) => panelQueries(file));
    const rules = panels.map(({ expr }, index) => ({ record: `panel:${index}`, expr: substitute(expr) }));
    const folder = mkdtempSync(join(tmpdir(), 'eddy-panels-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'panels.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }));
    const { code, output } = await promtool('check', 'rules', file);
    expect(code, output).toBe(0);
    expect(output.trim()).toMatch(new RegExp(`^Checking \\S+\\s+SUCCESS: ${rules.length} rules found$`));
  });
});

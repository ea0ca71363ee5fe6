import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { describeWithServers } from '../../test/servers/servers.ts';
import { namesIn } from './expression.ts';
import { labelsOf, readMetricsTable } from './metrics-table.ts';
import { promtool } from './promtool.ts';
import { readRules } from './rule-files.ts';

const table = readMetricsTable(readFileSync(join(import.meta.dirname, 'metrics.md'), 'utf8'));
const { recordings } = readRules();

/** What stands between backticks, once for each runbook. */
const spans = globSync(join(import.meta.dirname, '../runbooks/*.md')).flatMap((path) => {
  const text = readFileSync(path, 'utf8').replaceAll(/^ *```.*?^ *```$/gms, '');
  const found = [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span!.replaceAll(/\s+/g, ' '));
  return [...new Set(found)].map((span) => ({ runbook: basename(path), span }));
});

/** Those that are asked of Prometheus: they name a series, and are no command. */
const queries = spans.filter(
  ({ span }) => /\b(?:eddy_|nodejs_|process_|up\{)/.test(span) && !/^(?:kubectl|gcloud|curl|npm|node) /.test(span),
);

describe('the queries of the runbooks', () => {
  test('name only metrics and labels of the table, and what rules record', () => {
    expect(queries.length).toBeGreaterThan(30);
    for (const { runbook, span } of queries) {
      const { selectors, grouping } = namesIn(span);
      const ofEddy = selectors.filter(({ name }) => name.includes('eddy_'));
      const known = ofEddy.flatMap(({ name, matchers }) => {
        const recording = recordings.find(({ record }) => record === name);
        const labels = recording ? namesIn(recording.expr).grouping : labelsOf(name, table);
        expect(labels, `${name} in ${runbook}`).toBeDefined();
        const all = ['job', 'instance', ...labels!];
        expect(all, `${span} in ${runbook}`).toEqual(expect.arrayContaining(matchers.map(({ label }) => label)));
        return all;
      });
      if (ofEddy.length > 0) expect(known, `${span} in ${runbook}`).toEqual(expect.arrayContaining([...grouping]));
    }
  });
});

describeWithServers(['prometheus'], 'what the runbooks tell one to type', () => {
  test('are queries that Prometheus reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eddy-runbooks-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'runbooks.yml');
    const rules = queries.map(({ span }, index) => ({ record: `runbook:${index}`, expr: span }));
    await writeFile(file, stringify({ groups: [{ name: 'runbooks', rules }] }));
    expect(await promtool('check', 'rules', file)).toMatchObject({ code: 0 });
  });

  test('are commands that a shell reads', async () => {
    const commands = spans.filter(({ span }) => /^(?:kubectl|gcloud|curl|npm|npx|node|redis-cli) /.test(span));
    expect(commands.length).toBeGreaterThan(30);
    await Promise.all(commands.map(({ span }) => promisify(execFile)('bash', ['-n', '-c', span])));
    // kubectl knows h, m and s; of a Deployment it shows the log of one pod only.
    for (const { runbook, span } of commands) {
      expect(span, runbook).not.toMatch(/--since=\d+d/);
      expect(span, runbook).not.toMatch(/kubectl logs deployment/);
    }
  });
});

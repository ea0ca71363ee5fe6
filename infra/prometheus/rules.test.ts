import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { isTransient } from '../../proxy/panel/prediction.ts';
import { createMetrics, statusName } from '../../proxy/telemetry/metrics.ts';
import { configOf } from '../../proxy/testing/config.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { namesIn } from './expression.ts';
import { labelsOf, readMetricsTable } from './metrics-table.ts';
import { promtool } from './promtool.ts';
import { RULE_FILES, readRules, TEST_FILES } from './rule-files.ts';
import { rangesMs } from './time-scale.ts';

const repository = resolve(import.meta.dirname, '../..');
const table = readMetricsTable(readFileSync(join(import.meta.dirname, 'metrics.md'), 'utf8'));
const { recordings, alerts } = readRules();
const rules = [...recordings, ...alerts].map((rule) => ({
  ...rule,
  name: 'alert' in rule ? `${rule.alert} {${Object.values(rule.labels).join(', ')}}` : rule.record,
}));
const alertNames = [...new Set(alerts.map(({ alert }) => alert))];

/** What Prometheus itself says of what it scrapes. */
const OF_TARGETS = ['job', 'instance'];

function labelsOfSeries(name: string): readonly string[] | undefined {
  if (name === 'up') return [];
  const recording = recordings.find(({ record }) => record === name);
  return recording ? namesIn(recording.expr).grouping : labelsOf(name, table);
}

describe('every rule', () => {
  test.each(rules)('$name names only metrics and labels of the table', ({ expr }) => {
    const { selectors, grouping } = namesIn(expr);
    const known = selectors.map(({ name, matchers }) => {
      const labels = labelsOfSeries(name);
      expect(labels, `${name} is in metrics.md`).toBeDefined();
      expect([...OF_TARGETS, ...labels!], name).toEqual(expect.arrayContaining(matchers.map(({ label }) => label)));
      return labels!;
    });
    expect(selectors.length).toBeGreaterThan(0);
    expect([...OF_TARGETS, ...known.flat()]).toEqual(expect.arrayContaining([...grouping]));
  });

  test.each(rules)('$name looks back so far that four scrapes of 500 ms fit in at a time scale of 60', ({ expr }) => {
    for (const rangeMs of rangesMs(expr)) expect(rangeMs / 60).toBeGreaterThanOrEqual(4 * 500);
  });

  test('selects values that the proxy exports', async () => {
    const exported = seriesIn(await createMetrics(configOf({ weapons: {} })).registry.metrics());
    for (const { expr, name: rule } of rules) {
      for (const { name, matchers } of namesIn(expr).selectors) {
        const ofMetric = exported.filter((series) => series.name === name);
        for (const { label, operator, value } of matchers) {
          // Statuses come as they come, and gauges are added by who has what they tell.
          if (label === 'code' || ofMetric.length === 0 || operator.startsWith('!')) continue;
          // Prometheus 3 keeps the bound 1 as 1.0.
          const values = operator === '=~' ? value.replace('|1[.]0', '').split('|') : [value];
          const of = ofMetric.map(({ labels }) => labels[label]);
          expect(of, `${rule}: ${name}{${label}}`).toEqual(expect.arrayContaining(values));
        }
      }
    }
    expect(exported).toContainEqual(expect.objectContaining({ name: 'eddy_decision_delay_seconds_bucket' }));
  });

  test('counts as failed calls what the proxy asks again', () => {
    const codes = Array.from({ length: 17 }, (_, code) => code);
    const recording = recordings.find(({ record }) => record === 'model:eddy_model_calls_failed:ratio_rate5m')!;
    const matcher = namesIn(recording.expr).selectors[0]!.matchers.find(({ label }) => label === 'code')!;
    expect(matcher.value.split('|').sort()).toEqual(codes.filter(isTransient).map(statusName).sort());
  });
});

describe('every alert', () => {
  test.each(alertNames)('%s has a runbook, named after it', (name) => {
    const runbooks = new Set(alerts.filter(({ alert }) => alert === name).map((rule) => rule.annotations.runbook_url));
    const kebab = name
      .replace(/^Eddy/, '')
      .replaceAll(/(?<!^)([A-Z])/g, '-$1')
      .toLowerCase();
    expect([...runbooks]).toEqual([`infra/runbooks/${kebab}.md`]);
    for (const runbook of runbooks) expect(existsSync(join(repository, runbook)), runbook).toBe(true);
  });

  test('is told apart from the others of its name by its labels, and pages or is a ticket', () => {
    const identities = alerts.map(({ alert, labels }) => JSON.stringify([alert, Object.entries(labels).sort()]));
    expect(new Set(identities).size).toBe(identities.length);
    for (const { labels } of alerts) expect(['page', 'ticket']).toContain(labels['severity']);
  });

  test('is in the index of the runbooks', () => {
    const index = readFileSync(join(repository, 'infra/runbooks/README.md'), 'utf8');
    for (const name of alertNames) expect(index).toContain(`\`${name}\``);
  });
});

test('every runbook belongs to an alert, which it names, and is in the index', () => {
  const index = readFileSync(join(repository, 'infra/runbooks/README.md'), 'utf8');
  const runbooks = globSync('infra/runbooks/*.md', { cwd: repository }).filter((path) => !path.endsWith('README.md'));
  const reached = new Map(alerts.map(({ alert, annotations }) => [annotations.runbook_url, alert]));
  expect(runbooks.sort()).toEqual([...reached.keys()].sort());
  for (const [path, alert] of reached) {
    expect(readFileSync(join(repository, path), 'utf8').split('\n')[0]).toBe(`# ${alert}`);
    expect(index).toContain(`](${relative('infra/runbooks', path)})`);
  }
});

const testFile = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z
        .array(
          z.object({
            alertname: z.string(),
            exp_alerts: z.array(z.object({ exp_labels: z.record(z.string(), z.string()) })),
          }),
        )
        .default([]),
    }),
  ),
});

describe('the tests of the alerts', () => {
  const cases = TEST_FILES.flatMap((file) => testFile.parse(parse(readFileSync(file, 'utf8'))).tests).flatMap(
    (one) => one.alert_rule_test,
  );

  test.each(alerts)('have a case in which $alert $labels fires', ({ alert, labels }) => {
    const fired = cases.filter(({ alertname }) => alertname === alert).flatMap((one) => one.exp_alerts);
    expect(fired.map(({ exp_labels }) => exp_labels)).toContainEqual(expect.objectContaining(labels));
  });

  test.each(alertNames)('have a case in which %s does not fire', (name) => {
    expect(cases.filter(({ alertname }) => alertname === name).map((one) => one.exp_alerts)).toContainEqual([]);
  });
});

describeWithServers(['prometheus'], 'what promtool says', () => {
  test('every file of rules is valid', async () => {
    expect(await promtool('check', 'rules', '--lint-fatal', ...RULE_FILES)).toMatchObject({ code: 0 });
  });

  test('the configuration is valid', async () => {
    const { code, output } = await promtool('check', 'config', join(import.meta.dirname, 'prometheus.yml'));
    expect(code, output).toBe(0);
    expect(output).toContain(`${RULE_FILES.length} rule files found`);
  });

  test.each(TEST_FILES.map((file) => relative(import.meta.dirname, file)))('%s passes', async (file) => {
    const { code, output } = await promtool('test', 'rules', join(import.meta.dirname, file));
    expect(code, output).toBe(0);
  });
});

describeWithServers(['prometheus'], 'a Prometheus with these rules', () => {
  test('evaluates all of them in faster time, without data', async () => {
    await using prometheus = await startPrometheus({ ruleFiles: RULE_FILES, timeScale: 60 });
    const evaluated = async () => (await prometheus.rules()).map(({ name, health }) => `${name} ${health}`);
    const names = [...recordings.map(({ record }) => record), ...alerts.map(({ alert }) => alert)];
    await expect
      .poll(async () => (await evaluated()).sort(), { timeout: 15_000 })
      .toEqual(names.map((name) => `${name} ok`).sort());
  });
});

interface ExportedSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

function seriesIn(exposition: string): ExportedSeries[] {
  return [...exposition.matchAll(/^(\w+)(?:\{([^}]*)\})? /gm)].map(([, name, labels = '']) => ({
    name: name!,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!])),
  }));
}

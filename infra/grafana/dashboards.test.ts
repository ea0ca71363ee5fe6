import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { committedTexts } from './committed.ts';
import { type PanelFile, panelQueries, panelsOf, readDashboard } from './panel-queries.ts';
import { ALERTS, runbookFile } from './runbooks.ts';
import { substitute } from './substitute.ts';
import { documentedMetrics, documentedSeries } from './test-metric-table.ts';
import { aggregations, selections } from './test-promql-reading.ts';

const files = [...committedTexts().values()].map(readDashboard);
const queries = files.flatMap(panelQueries);
const series = documentedSeries();

describe.each(files)('$title', (file) => {
  const panels = panelsOf(file);

  test('has a title, a description, a unit and a query on every panel', () => {
    for (const { title, description, fieldConfig, targets } of panels) {
      expect(title).not.toBe('');
      expect(description?.length, title).toBeGreaterThan(20);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(targets?.length, title).toBeGreaterThan(0);
      expect(new Set(targets?.map(({ refId }) => refId)).size, title).toBe(targets?.length);
    }
  });

  test('numbers its panels, and lays none over another', () => {
    const all = file.panels;
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const [index, one] of all.entries()) {
      expect(one.gridPos.x + one.gridPos.w, one.title).toBeLessThanOrEqual(24);
      for (const other of all.slice(index + 1)) {
        expect(overlap(one, other), `${one.title} and ${other.title}`).toBe(false);
      }
    }
  });

  test('has a stable address, and is found by the links of the others', () => {
    expect(file.uid).toMatch(/^eddy-[a-z-]+$/);
    expect(file.tags).toContain('eddy');
  });

  test('uses only variables that it has', () => {
    const declared = file.templating.list.map(({ name }) => name);
    for (const { expr, panel } of panelQueries(file)) {
      const used = [...expr.matchAll(/\$\{?(?!__)(\w+)/g)].map(([, name]) => name);
      expect(declared, panel).toEqual(expect.arrayContaining(used));
    }
  });

  test('links to runbooks that there are', () => {
    const there = globSync('*.md', { cwd: join(import.meta.dirname, '../runbooks') });
    for (const { links = [], title } of panels) {
      for (const { url } of links) {
        expect(there, title).toContain(substitute(url, { runbooks: '' }).slice(1));
      }
    }
  });
});

describe('the queries of all panels', () => {
  test('have nothing of Grafana in them once variables are replaced', () => {
    for (const { expr } of queries) expect(substitute(expr)).not.toMatch(/\$|\[\[/);
  });

  test('ask only for metrics and labels that the table of metrics has', () => {
    for (const { expr, dashboard, panel } of queries) {
      for (const { metric, labels } of selections(substitute(expr))) {
        if (metric === 'ALERTS') continue;
        const known = series.get(metric);
        expect(known, `${metric}, of which "${panel}" of ${dashboard} asks`).toBeDefined();
        expect([...known!], `${metric} in "${panel}" of ${dashboard}`).toEqual(expect.arrayContaining([...labels]));
      }
    }
  });

  test('group only by labels that there are', () => {
    for (const { expr, dashboard, panel } of queries) {
      for (const { by, of } of aggregations(substitute(expr))) {
        const grouped = selections(of).filter(({ metric }) => metric !== 'ALERTS');
        for (const label of by) {
          const having = grouped.filter(({ metric }) => series.get(metric)!.has(label));
          // What is joined may bring the label.
          const enough = of.includes('group_left') ? 1 : grouped.length;
          expect(having.length, `${label} in "${panel}" of ${dashboard}`).toBeGreaterThanOrEqual(
            Math.min(enough, grouped.length),
          );
        }
      }
    }
  });

  test('show every metric of the table somewhere', () => {
    const shown = new Set(queries.flatMap(({ expr }) => selections(substitute(expr)).map(({ metric }) => metric)));
    const isShown = (metric: string) =>
      shown.has(metric) || ['_bucket', '_sum', '_count'].some((suffix) => shown.has(metric + suffix));
    expect(documentedMetrics().filter((metric) => !isShown(metric))).toEqual([]);
  });

  test('keep the labels by which legends call their series', () => {
    for (const { expr, legend, dashboard, panel } of queries) {
      const kept = aggregations(expr).flatMap(({ by }) => by);
      const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect(kept, `"${panel}" of ${dashboard}`).toEqual(expect.arrayContaining(named));
    }
  });
});

const figure = z.object({
  type: z.literal('stat'),
  title: z.string(),
  targets: z.array(z.object({ instant: z.boolean() })),
  fieldConfig: z.object({ defaults: z.object({ mappings: z.array(mapping()) }) }),
});

function mapping() {
  return z.discriminatedUnion('type', [
    z.object({ type: z.literal('special'), options: z.object({ result: z.object({ color: z.string() }) }) }),
    // Grafana takes an end that is null for 0.
    z.object({ type: z.literal('range'), options: z.object({ from: z.number(), to: z.number() }) }),
  ]);
}

test('a figure is of the last moment, and where there is none it is neither good nor bad', () => {
  const panels = [...committedTexts().values()].flatMap((text) => JSON.parse(text).panels as { type: string }[]);
  const figures = panels.filter(({ type }) => type === 'stat').map((one) => figure.parse(one));
  expect(figures.length).toBeGreaterThan(10);
  for (const { title, targets, fieldConfig } of figures) {
    expect(targets, title).toEqual([{ instant: true }]);
    const colours = fieldConfig.defaults.mappings.flatMap((one) =>
      one.type === 'special' ? [one.options.result.color] : [],
    );
    expect(colours, title).toEqual(['transparent']);
  }
});

test('the alerts that panels name are those that there are rules for', () => {
  const rules = join(import.meta.dirname, '../prometheus/rules');
  const alerts = globSync('*.yml', { cwd: rules }).flatMap((file) => {
    const { groups }: { groups: { rules: { alert?: string }[] }[] } = parse(readFileSync(join(rules, file), 'utf8'));
    return groups.flatMap((group) => group.rules.flatMap(({ alert }) => alert ?? []));
  });
  expect([...new Set(alerts)].sort()).toEqual([...ALERTS].sort());
});

test('the file of a runbook is the name of its alert in kebab case', () => {
  expect(runbookFile('EddyBacklogGrowsWithModelHealthy')).toBe('backlog-grows-with-model-healthy.md');
});

function overlap({ gridPos: a }: PanelFile, { gridPos: b }: PanelFile): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../record.ts';
import { renderReport } from './html.ts';
import { SAMPLE_STRATEGIES, sampleRecord } from './sample-records.ts';

const OPTIONS = {
  title: 'Incident lab',
  command: 'npm run simulate -- --incident model-down',
  at: new Date('2025-03-04T05:06:07Z'),
};
const EVIL = `</text><script>alert("1")</script>' {b} & %`;

const render = (records: readonly RunRecord[]) => renderReport(records, OPTIONS);
const figures = (html: string) =>
  [...html.matchAll(/<figure data-scale="([^"]*)">(.*?)<\/figure>/gs)].map(([, scale, inner]) => ({
    scale,
    inner: inner!,
  }));
const sections = (html: string) =>
  [...html.matchAll(/<section class="row".*?<\/section>/gs)].map(([section]) => section);

describe('the report', () => {
  test('has the answer first: how many statements hold, and which do not', () => {
    const html = render([sampleRecord('nack'), sampleRecord('eddy')]);
    expect(html).toContain('2 of 6 statements do not hold, 4 do.');
    expect(html.indexOf('FAIL')).toBeLessThan(html.indexOf('<main>'));
    expect(html).toContain('healthy model, peak load 13.2 × ideal (must be at most 1.3)');
    expect(render([sampleRecord('eddy')])).toContain('All 3 statements hold.');
    expect(render([sampleRecord('eddy', { verdicts: [] })])).toContain('nothing was judged');
  });

  test('fetches nothing: no address, no script, no file', () => {
    const html = render([sampleRecord('nack'), sampleRecord('eddy')]);
    expect(html).not.toMatch(/https?:|<script|<link|<img|@import|src=|url\((?!#)/);
  });

  test('escapes whatever a title, a label or a command says', () => {
    const evil = {
      incident: EVIL,
      title: EVIL,
      strategy: EVIL,
      ill: [EVIL],
      faults: [{ label: EVIL, fromS: 60, toS: 360 }],
    };
    const about = { incidents: { [EVIL]: EVIL }, strategies: { [EVIL]: EVIL } };
    for (const faults of [evil.faults, [...evil.faults, { label: 'other', fromS: 80, toS: 90 }]]) {
      const html = renderReport([{ ...sampleRecord('nack'), ...evil, faults }], {
        ...OPTIONS,
        ...about,
        title: EVIL,
        command: EVIL,
      });
      expect(html.includes('<script')).toBe(false);
      expect(html).toContain('&#60;script&#62;');
    }
  });

  test('draws a row for each quantity and a panel for each strategy', () => {
    const html = render([sampleRecord('nack'), sampleRecord('redis-cache'), sampleRecord('eddy')]);
    expect(sections(html).map((section) => figures(section).length)).toEqual([3, 3, 3, 3, 3]);
    expect(html.match(/role="img" aria-label="[^"]+"/g)).toHaveLength(15);
  });

  test('has the same scales across the strategies of a row', () => {
    for (const section of sections(render(SAMPLE_STRATEGIES.map((strategy) => sampleRecord(strategy))))) {
      const panels = figures(section);
      const axes = panels.map(({ inner }) =>
        [...inner.matchAll(/<text [^>]*fill="var\(--muted\)"[^>]*>([^<]*)</g)].map(([, text]) => text).join(' '),
      );
      expect(panels).toHaveLength(8);
      expect(new Set(axes).size).toBe(1);
      expect(axes[0]).toMatch(/12 min/);
      expect(new Set(panels.map(({ scale }) => scale)).size).toBe(1);
    }
  });

  test('shades and names the fault in each chart', () => {
    for (const { inner } of figures(render([sampleRecord('nack'), sampleRecord('eddy')]))) {
      expect(inner).toMatch(/<polygon [^>]*fill="var\(--fault\)"/);
      expect(inner).toContain('>model down: money<');
    }
  });

  test('shades the fault also where a run has no value of the quantity', () => {
    const record = sampleRecord('nack');
    const backlog = record.series.backlog.map(() => null);
    const html = render([{ ...record, series: { ...record.series, backlog } }, sampleRecord('eddy')]);
    const [nack] = figures(sections(html).at(-1)!);
    expect(nack!.inner).toMatch(/<polygon [^>]*fill="var\(--fault\)"/);
    expect(nack!.inner).toContain('not measured');
  });

  test('has charts of runs without a fault', () => {
    const html = render([sampleRecord('eddy', { faults: [] })]);
    expect(figures(html)).toHaveLength(5);
    expect(html.includes('Nothing is at fault in these runs.')).toBe(true);
  });

  test('calls several faults by letters and tells what they are', () => {
    const faults = [
      { label: 'model down: money', fromS: 60, toS: 240 },
      { label: 'model hanging: weapons', fromS: 150, toS: 360 },
    ];
    const html = render([sampleRecord('eddy', { faults })]);
    expect(html).toContain('<b>B</b> model hanging: weapons, from 2 min 30 s to 6 min');
    expect(figures(html)[0]!.inner).toMatch(/>A<.*>B</s);
  });

  test('draws the ideal and the capacity as lines of their own, with a legend', () => {
    const [healthy, , ill] = sections(render([sampleRecord('eddy')]));
    const reference = /<path [^>]*stroke="var\(--ink\)"[^>]*stroke-dasharray="2,3"/;
    for (const section of [healthy!, ill!]) expect(figures(section)[0]!.inner).toMatch(reference);
    expect(healthy).toMatch(/<ul class="legend">.*ideal, 5\/s<\/li>/s);
    expect(ill).toMatch(/<ul class="legend">.*what it could answer<\/li>/s);
  });

  test('marks the best of a row by more than colour, and says it', () => {
    const html = render([sampleRecord('nack'), sampleRecord('eddy')]);
    expect(html).toMatch(/<td class="best"><span aria-hidden="true">★ <\/span><span class="hidden">best: <\/span>1.11/);
  });

  test('leaves out the row of the ill model where no model is ill', () => {
    const html = render([sampleRecord('eddy', { ill: [] })]);
    expect(html).not.toContain('Load on the ill model');
    expect(sections(html)).toHaveLength(4);
  });

  test('unfolds the first incidents only', () => {
    const records = Array.from({ length: 5 }, (_, index) =>
      sampleRecord('eddy', { incident: `i${index}`, title: `I ${index}` }),
    );
    const html = render(records);
    expect(html.match(/<details class="incident"/g)).toHaveLength(5);
    expect(html.match(/<details class="incident" open/g)).toHaveLength(3);
  });

  test('has each identifier once, and every reference leads to one', () => {
    const records = ['one', 'two'].flatMap((incident) => [
      sampleRecord('nack', { incident, title: incident }),
      sampleRecord('eddy', { incident, title: incident }),
    ]);
    const html = render(records);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/(?:url\(#|href="#|aria-labelledby=")([^)"]*)/g)) expect(ids).toContain(id);
  });

  test('says how it was made', () => {
    const html = render([sampleRecord('eddy', { seed: 42 })]);
    const footer = html.slice(html.indexOf('<footer>'));
    expect(footer).toContain('npm run simulate -- --incident model-down');
    expect(footer).toContain('<dd>42</dd>');
    expect(footer).toContain('2025-03-04 05:06 UTC');
  });

  test('compares redeliveries with what a cache in each replica could save', () => {
    const html = render([sampleRecord('memory-cache')]);
    expect(html).toContain('<th scope="row">1</th><td>33.1 % <span class="muted">of 1,500</span></td><td>33.3 %</td>');
    expect(render([sampleRecord('memory-cache', { hits: [] })])).not.toContain('Redeliveries');
  });

  test('is the same for the same records', () => {
    expect(render([sampleRecord('nack')])).toBe(render([sampleRecord('nack')]));
  });

  test('stays small: less than 40 kB for the charts of one run', () => {
    expect(figures(render([sampleRecord('nack')])).reduce((sum, { inner }) => sum + inner.length, 0)).toBeLessThan(
      40_000,
    );
  });

  test('of no run says so', () => {
    expect(render([])).toContain('No incident was run.');
  });

  test('of a run in which nothing was measured has no charts, and does not fail', () => {
    const record = sampleRecord('eddy');
    const series = Object.fromEntries(
      Object.keys(record.series).map((name) => [name, []]),
    ) as unknown as RunRecord['series'];
    expect(sections(render([{ ...record, series }]))).toEqual([]);
  });
});

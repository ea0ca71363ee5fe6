import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PALETTES } from '../../lab/report/palette.ts';
import { samplePoint, sampleTurn } from '../sample-turns.ts';
import { backlogCharts, backlogStatements, backlogTable } from './backlog.ts';
import { CURVES } from './catalogue.ts';
import { renderChart, writeCharts } from './chart.ts';
import { turnCharts } from './turn-charts.ts';

const measured = new Map([
  ['naive', [samplePoint(1, 900, 950), samplePoint(20, 4_000, 4_100)]],
  ['eddy', [samplePoint(1, 100), samplePoint(20, 300)]],
] as const);

test.each(['light', 'dark'] as const)('a chart stands for itself, in fixed colours: %s', (theme) => {
  const charts = turnCharts('models', CURVES.models, measured, 'embedded Pub/Sub');
  expect([...charts.keys()]).toEqual(['models']);
  const svg = renderChart(charts.get('models')!, theme);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="720"/);
  expect(svg).toContain(`fill="${PALETTES[theme].ground}"`);
  expect(svg).toContain(`stroke="${PALETTES[theme].load}"`);
  expect(svg).not.toContain('var(--');
  for (const text of ['CPU per item against the number of models', 'embedded Pub/Sub', 'naive', 'eddy', '20', 'µs'])
    expect(svg).toContain(`>${text}<`);
  expect(svg).toContain('<title>CPU per item against the number of models. naive: 1: 925, 20: 4,050; eddy: 1: 100');
});

test('the curve of rates has the delays, at the rates that were reached', () => {
  const turns = [sampleTurn(100, { itemsPerSecond: 2_345, p50Ms: 12, p99Ms: 34 })];
  const points = [
    { x: 2_400, turns },
    { x: 10_000, turns },
  ];
  const charts = turnCharts('rate', CURVES.rate, new Map([['eddy', points]]), '');
  expect([...charts.keys()]).toEqual(['rate', 'rate-p50', 'rate-p99']);
  const [line] = charts.get('rate-p99')!.lines;
  expect(line!.points.map(({ x }) => x)).toEqual([2_400, 2_345]);
  expect(line!.points[0]).toMatchObject({ median: 34, lowest: 34, highest: 34 });
});

const cost = (waiting: number, cpuSeconds: number, mib: number) => ({
  waiting,
  seconds: 10,
  deliveries: 10_000,
  cpuSeconds,
  residentBytes: mib * 2 ** 20,
  peakBytes: mib * 2 ** 20,
  heapBytes: 2 ** 26,
});

test('a backlog is told by what each delivery costs, and by memory', () => {
  const costs = [cost(1_000, 0.5, 200), cost(1_000_000, 0.55, 210)];
  expect(backlogTable(costs).at(-1)!.split(/ {2,}/)).toEqual([
    ...['1,000,000', '10', '1000', '0.06', '55', '210', '210', '64'],
  ]);
  expect(backlogStatements(costs)).toEqual([
    '1,000,000 entries to 1,000: 1.10 times the CPU for each time that one is handed out',
    '1,000,000 entries to 1,000: 1.05 times the memory',
  ]);
  expect(backlogStatements(costs.slice(1))).toEqual([]);
  const charts = backlogCharts(costs, 'one of five models is down');
  expect([...charts.keys()]).toEqual(['backlog', 'backlog-memory']);
  expect(renderChart(charts.get('backlog-memory')!, 'dark')).toContain('>1,000,000<');
});

test('charts are written in light and in dark', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eddy-bench-charts-'));
  try {
    const files = await writeCharts(turnCharts('models', CURVES.models, measured, ''), folder);
    expect(files).toEqual([join(folder, 'models.light.svg'), join(folder, 'models.dark.svg')]);
    for (const file of files) expect(await readFile(file, 'utf8')).toMatch(/^<svg.*<\/svg>\n$/s);
  } finally {
    await rm(folder, { recursive: true });
  }
});

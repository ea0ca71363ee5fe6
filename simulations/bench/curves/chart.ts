import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LineSeriesOption } from 'echarts/charts';
import { draw } from '../../lab/report/charts.ts';
import { escapeHtml } from '../../lab/report/markup.ts';
import { type Ink, PALETTES, type Theme } from '../../lab/report/palette.ts';
import type { ChartOption } from '../../lab/report/panel.ts';

export type AxisKind = 'linear' | 'logarithmic';

export interface ChartLine {
  readonly label: string;
  readonly ink: Ink;
  /** Lines are told apart by that, too. */
  readonly dash?: readonly number[];
  readonly points: readonly ChartPoint[];
}

/** A median with what it lies between. */
export interface ChartPoint {
  readonly x: number;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface Chart {
  readonly title: string;
  readonly note: string;
  readonly x: { readonly name: string; readonly kind: AxisKind };
  readonly y: { readonly name: string };
  readonly lines: readonly ChartLine[];
}

const WIDTH = 720;
const HEIGHT = 400;
const FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Draws a chart as an SVG that stands for itself, in fixed colours and on its own ground. */
export function renderChart(chart: Chart, theme: Theme): string {
  const inks = PALETTES[theme];
  const said = escapeHtml(
    `${chart.title}. ${chart.lines
      .map(({ label, points }) => `${label}: ${points.map(({ x, median }) => `${x}: ${rounded(median)}`).join(', ')}`)
      .join('; ')}.`,
  );
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="${FONTS}">`;
  const ground = `<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="${inks.ground}"/>`;
  const inside = draw(optionOf(chart, theme), { width: WIDTH, height: HEIGHT }, 'chart');
  return `${open}<title>${said}</title>${ground}${inside}</svg>\n`;
}

/** Writes charts into a folder, in light and in dark: `models.light.svg`. Answers the files. */
export async function writeCharts(charts: ReadonlyMap<string, Chart>, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const [name, chart] of charts) {
    for (const theme of ['light', 'dark'] as const) {
      const file = join(folder, `${name}.${theme}.svg`);
      await writeFile(file, renderChart(chart, theme));
      files.push(file);
    }
  }
  return files;
}

function optionOf({ title, note, x, y, lines }: Chart, theme: Theme): ChartOption {
  const inks = PALETTES[theme];
  const text = { color: inks.muted, fontSize: 12, fontFamily: 'inherit' };
  const marks = [...new Set(lines.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  const xAxis = {
    name: x.name,
    nameLocation: 'middle' as const,
    nameGap: 28,
    nameTextStyle: text,
    axisLine: { onZero: false, lineStyle: { color: inks.axis } },
    axisTick: { customValues: marks, lineStyle: { color: inks.axis } },
    axisLabel: { ...text, customValues: marks, hideOverlap: true, formatter: (value: number) => rounded(value) },
    splitLine: { show: false },
    min: marks[0]!,
    max: marks.at(-1)!,
  };
  return {
    title: {
      text: title,
      subtext: note,
      left: 11,
      top: 8,
      itemGap: 6,
      textStyle: { ...text, color: inks.ink, fontSize: 17, fontWeight: 'bold' },
      subtextStyle: { ...text, fontSize: 13 },
    },
    legend: {
      show: lines.length > 1,
      left: 11,
      top: 62,
      itemWidth: 30,
      itemGap: 24,
      selectedMode: false,
      textStyle: text,
      data: lines.map(({ label }) => label),
    },
    grid: { left: 64, right: 32, top: 116, bottom: 52, outerBoundsMode: 'none' },
    xAxis: x.kind === 'logarithmic' ? { ...xAxis, type: 'log', logBase: 10 } : { ...xAxis, type: 'value' },
    yAxis: {
      type: 'value',
      min: 0,
      name: y.name,
      nameLocation: 'end',
      nameGap: 10,
      nameTextStyle: { ...text, align: 'left', padding: [0, 0, 0, -48] },
      axisLabel: { ...text, formatter: (value: number) => rounded(value) },
      splitLine: { lineStyle: { color: inks.grid } },
    },
    series: lines.flatMap((line) => seriesOf(line, theme)),
  };
}

/** The line, and an upright stroke for each point's spread. */
function seriesOf({ label, ink, dash, points }: ChartLine, theme: Theme): LineSeriesOption[] {
  const color = PALETTES[theme][ink];
  const bare = { type: 'line' as const, silent: true, emphasis: { disabled: true }, itemStyle: { color } };
  const strokes = points
    .filter(({ lowest, highest }) => highest > lowest)
    .map(({ x, lowest, highest }): LineSeriesOption => {
      const data = [lowest, highest].map((value) => [x, value]);
      return { ...bare, data, symbol: 'none', lineStyle: { color, width: 1.5, opacity: 0.6 } };
    });
  const line: LineSeriesOption = {
    ...bare,
    name: label,
    data: points.map(({ x, median }) => [x, median]),
    symbol: dash ? 'rect' : 'circle',
    symbolSize: 7,
    lineStyle: { color, width: 2, ...(dash ? { type: [...dash] } : {}) },
  };
  return [line, ...strokes];
}

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

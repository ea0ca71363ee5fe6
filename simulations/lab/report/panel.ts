import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, LegendComponentOption, TitleComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { FaultKey } from './faults.ts';
import type { Ink } from './palette.ts';
import type { Line } from './quantities.ts';
import type { Panel, Row } from './row.ts';
import { marksOf, numberMark, type Scale, timeMark, timeStep } from './scale.ts';
import { lineOf } from './thin.ts';

/** What can be part of a chart. */
export type ChartOption = ComposeOption<
  LineSeriesOption | GridComponentOption | TitleComponentOption | LegendComponentOption
>;
type Piece<Name extends 'grid' | 'xAxis' | 'yAxis' | 'series' | 'title'> = Extract<
  NonNullable<ChartOption[Name]>,
  readonly unknown[]
>[number];

/** Where a panel's plot is, in pixels from the chart's corner. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Look {
  readonly inks: Readonly<Record<Ink, string>>;
  /** Pixels. */
  readonly fontSize: number;
  readonly fontFamily: string;
  /** Whether the vertical axis has its numbers. */
  readonly hasNumbers: boolean;
}

/** The parts of a chart that make one panel; the panels of a chart are told apart by their index. */
export function panelParts(row: Row, panel: Panel, place: Place, index: number, look: Look) {
  const { inks, fontSize, fontFamily } = look;
  const text = { color: inks.muted, fontSize, fontFamily };
  const grid: Piece<'grid'> = { ...place, outerBoundsMode: 'none' };
  const x = timeAxis(row, place);
  const xMarks = marksOf(x);
  const yMarks = marksOf(row.y);
  const xAxis: Piece<'xAxis'> = {
    type: 'value',
    gridIndex: index,
    min: 0,
    max: row.durationS,
    axisLine: { onZero: false, lineStyle: { color: inks.axis } },
    axisTick: { customValues: xMarks, length: 3, lineStyle: { color: inks.axis } },
    axisLabel: {
      ...text,
      customValues: xMarks,
      margin: 6,
      hideOverlap: false,
      alignMinLabel: 'left',
      ...(xMarks.at(-1)! > 0.9 * x.max ? { alignMaxLabel: 'right' } : {}),
      formatter: (second: number) => timeMark(second, x),
    },
    splitLine: { show: false },
  };
  const yAxis: Piece<'yAxis'> = {
    type: 'value',
    gridIndex: index,
    min: 0,
    max: row.y.max,
    interval: row.y.step,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      ...text,
      show: look.hasNumbers,
      customValues: yMarks,
      margin: 6,
      formatter: (value: number) =>
        row.quantity.unit === 's'
          ? timeMark(value, row.y)
          : numberMark(value, row.y, row.quantity.unit.replace('messages', '')),
    },
    splitLine: { lineStyle: { color: inks.grid, width: 1 } },
  };
  const series = panel.lines.map((line) => lineSeries(row, panel, line, place, index, look));
  const [first] = series;
  if (first) first.markArea = shades(row, panel, place, look);
  return { grid, xAxis, yAxis, series };
}

function lineSeries(row: Row, panel: Panel, line: Line, place: Place, index: number, look: Look): LineSeriesOption {
  const { inks, fontSize, fontFamily } = look;
  const color = inks[line.ink];
  const resolutionS = (1.2 * row.durationS) / place.width;
  return {
    type: 'line',
    name: line.label,
    xAxisIndex: index,
    yAxisIndex: index,
    data: lineOf(line.values, resolutionS, (0.4 * row.y.max) / place.height).map(([second, value]) => [second, value]),
    showSymbol: false,
    symbol: 'none',
    silent: true,
    emphasis: { disabled: true },
    z: line.isReference ? 4 : 3,
    itemStyle: { color },
    lineStyle: { color, width: line.width, join: 'round', ...(line.dash ? { type: [...line.dash] } : {}) },
    ...(line.isFilled ? { areaStyle: { color, opacity: 0.18 } } : {}),
    markPoint: {
      silent: true,
      symbol: 'triangle',
      symbolSize: [9, 7],
      symbolOffset: [0, '50%'],
      itemStyle: { color },
      data: panel.beyond
        .filter((beyond) => beyond.line === line)
        .map(({ second, text }) => ({
          name: text,
          coord: [second, row.y.max],
          label: {
            show: true,
            position: second < row.durationS * 0.7 ? ('right' as const) : ('left' as const),
            formatter: () => `up to ${text}`,
            color: inks.ink,
            backgroundColor: inks.ground,
            padding: [1, 3],
            fontSize,
            fontFamily,
            fontWeight: 'bold' as const,
          },
        })),
    },
  };
}

/** Pixels for a mark of the time axis, its number and its unit. */
const TIME_MARK_WIDTH = 50;

function timeAxis({ durationS }: Row, { width }: Place): Scale {
  return { max: durationS, step: timeStep(durationS, Math.max(1, Math.floor(width / TIME_MARK_WIDTH))) };
}

/** Wide enough for most letters of a sans-serif. */
const LETTER_WIDTH = 0.56;

function shades(row: Row, { column }: Panel, place: Place, look: Look): NonNullable<LineSeriesOption['markArea']> {
  const { inks, fontSize, fontFamily } = look;
  const told = new Set<string>();
  return {
    silent: true,
    itemStyle: { color: inks.fault, opacity: 0.55 },
    label: { color: inks.ink, fontSize, fontFamily, position: [1, -(fontSize + 3)] },
    data: column.record.faults.map(({ label, fromS, toS }) => {
      const room = (place.width * (1 - fromS / row.durationS)) / (LETTER_WIDTH * fontSize);
      const text = told.has(label) ? '' : markOf(label, row.faults, room);
      told.add(label);
      return [
        { xAxis: fromS, label: { show: text !== '', formatter: () => text } },
        { xAxis: Math.min(toS, row.durationS) },
      ];
    }),
  };
}

/** A fault's name if it is the only one, as far as there is room; else its letter. */
function markOf(label: string, faults: readonly FaultKey[], room: number): string {
  if (faults.length > 1) return faults.find((fault) => fault.label === label)?.letter ?? '';
  const letters = [...label];
  return letters.length <= room
    ? label
    : `${letters
        .slice(0, Math.max(1, Math.floor(room) - 1))
        .join('')
        .trimEnd()}…`;
}

import type { Ink } from '../../lab/report/palette.ts';
import { spreadOf } from '../../telemetry-cost/figures.ts';
import type { Contestant } from '../contestants.ts';
import type { Turn } from '../turn.ts';
import type { Chart, ChartLine } from './chart.ts';
import type { Curve, CurvePoint } from './curve.ts';

const INKS: Readonly<Record<Contestant, Ink>> = { eddy: 'load', naive: 'ill', floor: 'delay' };
const DASHES: Readonly<Record<Contestant, readonly number[] | undefined>> = {
  eddy: undefined,
  naive: [6, 4],
  floor: [2, 3],
};

/** The charts of a curve, by the names of their files. */
export function turnCharts(
  name: string,
  { title, quantity, axis, hasDelays = false, place = ({ x }) => x }: Curve,
  measured: ReadonlyMap<Contestant, readonly CurvePoint[]>,
  note: string,
): ReadonlyMap<string, Chart> {
  const line = (contestant: Contestant, label: string, read: (turn: Turn) => number): ChartLine => ({
    label,
    ink: INKS[contestant],
    ...(DASHES[contestant] ? { dash: DASHES[contestant] } : {}),
    points: measured.get(contestant)!.map((point) => ({ x: place(point), ...spreadOf(point.turns.map(read)) })),
  });
  const contestants = [...measured.keys()];
  const x = { name: quantity, kind: axis };
  const cost: Chart = {
    title: `CPU per item ${title}`,
    note,
    x,
    y: { name: 'µs' },
    lines: contestants.map((contestant) => line(contestant, contestant, ({ itemMicros }) => itemMicros)),
  };
  if (!hasDelays) return new Map([[name, cost]]);
  const delay = (which: 'p50' | 'p99', read: (turn: Turn) => number): Chart => ({
    title: `From publish to decision, ${which}, ${title}`,
    note,
    x,
    y: { name: 'ms' },
    lines: contestants.map((contestant) => line(contestant, contestant, read)),
  });
  return new Map([
    [name, cost],
    [`${name}-p50`, delay('p50', ({ p50Ms }) => p50Ms)],
    [`${name}-p99`, delay('p99', ({ p99Ms }) => p99Ms)],
  ]);
}

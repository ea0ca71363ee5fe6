import type { Series } from './series.ts';
import { medianOf } from './trend.ts';
import { type Finding, type Judged, judge, type Sample } from './verdict.ts';

/** One line of the table. */
export interface Row {
  readonly process: string;
  readonly measure: string;
  readonly first: string;
  readonly last: string;
  readonly slope: string;
  readonly verdict: string;
}

interface Measure {
  readonly name: string;
  readonly key: Judged;
  readonly unit: string;
  readonly scale: number;
}

const MEASURES: readonly Measure[] = [
  { name: 'heap after GC', key: 'heapBytes', unit: 'MiB', scale: 1_048_576 },
  { name: 'RSS', key: 'rssBytes', unit: 'MiB', scale: 1_048_576 },
  { name: 'file descriptors', key: 'fds', unit: '', scale: 1 },
  { name: 'handles', key: 'handles', unit: '', scale: 1 },
];

/** The findings for all processes; what was restarted on purpose is shown, and not judged. */
export function tableOf(all: readonly Series[], fromMs: number): { rows: Row[]; verdict: Finding['verdict'] } {
  const rows: Row[] = [];
  const verdicts = new Set<Finding['verdict']>();
  for (const { process, samples, restarts, missed } of all) {
    for (const { name, key, unit, scale } of MEASURES) {
      const finding = judge(samples, key, fromMs);
      if (restarts === 0) verdicts.add(finding.verdict);
      rows.push({ process, measure: name, ...inWords(finding, unit, scale, restarts) });
    }
    rows.push(plainRow(process, 'CPU', thirdsOf(samples, fromMs, cpuShareOf), '%'));
    rows.push(plainRow(process, 'loop lag p99', thirdsOf(samples, fromMs, lagOf), 'ms'));
    rows.push({ process, measure: 'failed looks', first: '', last: String(missed), slope: '', verdict: '' });
  }
  const verdict = (['growing', 'flat'] as const).find((one) => verdicts.has(one)) ?? 'too short';
  return { rows, verdict };
}

/**
 * What has not been found flat, although it had to be: a soak that has measured nothing has not passed.
 *
 * @param required the processes that are to be judged: those that nobody restarts
 * @returns a line for each measure
 */
export function notFlat(all: readonly Series[], required: readonly string[], fromMs: number): string[] {
  return required.flatMap((process) => {
    const series = all.find((one) => one.process === process);
    if (!series) return [`${process}: never looked at`];
    if (series.restarts > 0) return [`${process}: not judged, restarted ${series.restarts}×`];
    return MEASURES.flatMap(({ name, key }) => {
      const { verdict } = judge(series.samples, key, fromMs);
      return verdict === 'flat' ? [] : [`${process}, ${name}: ${verdict}`];
    });
  });
}

function inWords({ first, last, slopePerHour, verdict }: Finding, unit: string, scale: number, restarts: number) {
  return {
    first: amount(first / scale, unit),
    last: amount(last / scale, unit),
    slope: restarts === 0 ? `${signed(amount(slopePerHour / scale, unit))}/h` : '–',
    verdict: restarts === 0 ? verdict : `not judged, restarted ${restarts}×`,
  };
}

function plainRow(process: string, measure: string, [first, last]: readonly [number, number], unit: string): Row {
  return { process, measure, first: amount(first, unit), last: amount(last, unit), slope: '', verdict: '' };
}

/** With its sign; what is rounded to nothing is +0. */
function signed(text: string): string {
  if (!text.startsWith('-')) return `+${text}`;
  return Number.parseFloat(text) === 0 ? `+${text.slice(1)}` : text;
}

function amount(value: number, unit: string): string {
  if (!Number.isFinite(value)) return '–';
  return `${value.toFixed(unit === '' ? 0 : 1)}${unit && ' '}${unit}`;
}

function thirdsOf(
  samples: readonly Sample[],
  fromMs: number,
  of: (part: readonly Sample[]) => number,
): readonly [number, number] {
  const judged = samples.filter(({ atMs }) => atMs >= fromMs);
  const third = Math.max(1, Math.floor(judged.length / 3));
  return [of(judged.slice(0, third)), of(judged.slice(-third))];
}

/** Percent of one core; NaN over a restart, where the kernel's count begins anew. */
function cpuShareOf(samples: readonly Sample[]): number {
  const shares: number[] = [];
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    if (!before || sample.cpuSeconds < before.cpuSeconds) continue;
    shares.push(((sample.cpuSeconds - before.cpuSeconds) / ((sample.atMs - before.atMs) / 1_000)) * 100);
  }
  return medianOf(shares);
}

function lagOf(samples: readonly Sample[]): number {
  return medianOf(samples.map(({ lagMs }) => lagMs));
}

/** The table as text. */
export function tableLines(rows: readonly Row[]): string[] {
  const heading: Row = {
    process: 'process',
    measure: 'measure',
    first: 'first third',
    last: 'last third',
    slope: 'slope',
    verdict: 'verdict',
  };
  const keys = ['process', 'measure', 'first', 'last', 'slope', 'verdict'] as const;
  const isText = new Set<string>(['process', 'measure', 'verdict']);
  const lines = [heading, ...rows];
  const widths = keys.map((key) => Math.max(...lines.map((row) => row[key].length)));
  return lines.map((row) =>
    keys
      .map((key, index) => (isText.has(key) ? row[key].padEnd(widths[index]!) : row[key].padStart(widths[index]!)))
      .join('  ')
      .trimEnd(),
  );
}

import { plainTable } from '../plain-table.ts';
import type { CodeCost, Costs } from './costs.ts';
import { MAIN_THREAD } from './threads.ts';

export interface ProfileReportOptions {
  /** CPU of the program's threads, in seconds, by their names. */
  readonly threads: ReadonlyMap<string, number>;
  /** How many items the program has taken in meanwhile. */
  readonly items: number;
  /** How long that took. */
  readonly seconds: number;
  /** Rows of a table at the most. */
  readonly top: number;
}

/** What the recording itself needs, but for its part of the main thread. */
const RECORDING = new Set(['v8:ProfEvntProc', 'InspectorIo', 'SignalInspector']);

/** The tables: threads, libraries, our own files, functions; in microseconds of CPU per item, the dearest first. */
export function profileLines(costs: Costs, { threads, items, seconds, top }: ProfileReportOptions): string[] {
  const main = threads.get(MAIN_THREAD) ?? 0;
  const mainMicros = (main / items) * 1e6;
  const micros = (share: number) => (share * mainMicros).toFixed(1);
  const code = ({ name, self, withNative }: CodeCost) => [
    micros(self),
    percent(self),
    withNative > 0 ? micros(withNative) : '',
    name,
  ];
  const own = [...threads].filter(([name]) => !RECORDING.has(name)).sort(([, a], [, b]) => b - a);
  const all = own.reduce((sum, [, seconds]) => sum + seconds, 0);
  return [
    ...plainTable(
      ['µs/item', 'share', 'thread'],
      own.map(([name, seconds]) => [((seconds / items) * 1e6).toFixed(1), percent(seconds / all), name]),
      'last',
    ),
    '',
    `${MAIN_THREAD}: ${percent(main / seconds)} of the time on a CPU; of that, garbage collection ` +
      `${percent(costs.garbage)}, native code ${percent(costs.native)} (${costs.samples} samples)`,
    '',
    ...plainTable(['µs/item', 'share', 'with native', 'library'], costs.libraries.slice(0, top).map(code), 'last'),
    '',
    ...plainTable(['µs/item', 'share', 'with native', 'our own files'], costs.files.slice(0, top).map(code), 'last'),
    '',
    ...plainTable(
      ['µs/item', 'share', 'function'],
      costs.functions.slice(0, top).map(({ name, self }) => [micros(self), percent(self), name]),
      'last',
    ),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

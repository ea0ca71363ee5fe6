import type { RunRecord } from '../record.ts';
import { formatDuration } from './format.ts';

/** A fault, and the one or more times for which it lasted. */
export interface FaultKey {
  /** By which the charts call it. */
  readonly letter: string;
  readonly label: string;
  readonly windows: readonly Window[];
}

export interface Window {
  readonly fromS: number;
  readonly toS: number;
}

/** How many windows are told one by one; of more, the first begin and the last end are. */
const TOLD = 3;

/** The faults of runs of one incident, each with its letter. Those of one label are one, with several windows. */
export function faultKeys(records: readonly RunRecord[]): readonly FaultKey[] {
  const labels = [...new Set(records.flatMap(({ faults }) => faults.map(({ label }) => label)))];
  return labels.map((label, index) => {
    const run = records.find(({ faults }) => faults.some((fault) => fault.label === label))!;
    const windows = run.faults.filter((fault) => fault.label === label).map(({ fromS, toS }) => ({ fromS, toS }));
    return { letter: letterOf(index), label, windows: windows.sort((a, b) => a.fromS - b.fromS) };
  });
}

/** `model down: money, from 1 min to 6 min`. */
export function describeFaultKey({ label, windows }: FaultKey): string {
  if (windows.length <= TOLD) return `${label}, ${windows.map(describeWindow).join(' and ')}`;
  const whole = { fromS: windows[0]!.fromS, toS: Math.max(...windows.map(({ toS }) => toS)) };
  return `${label}, ${windows.length} times ${describeWindow(whole)}`;
}

function describeWindow({ fromS, toS }: Window): string {
  return `from ${formatDuration(fromS)} to ${formatDuration(toS)}`;
}

function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}

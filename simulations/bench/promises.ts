import type { Flatness } from './endurance.ts';
import { MIB } from './plain-table.ts';

/** What was promised of the proxy's cost, as measured. */
export interface Statement {
  readonly line: string;
  readonly holds: boolean;
}

/** `eddy/floor: 1.22, at most 1.4  HOLDS` */
function statement(what: string, figure: string, bound: string, holds: boolean): Statement {
  return { line: `${what}: ${figure}, ${bound}  ${holds ? 'HOLDS' : 'DOES NOT HOLD'}`, holds };
}

const atMost = (what: string, value: number, bound: number, write: (value: number) => string): Statement =>
  statement(what, write(value), `at most ${write(bound)}`, value <= bound);

const micros = (value: number): string => `${value.toFixed(1)} µs`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** @param value how many times as dear naive is as eddy, in CPU per item */
export function isCheaper(value: number, where: string): Statement {
  return statement(`naive/eddy, ${where}`, value.toFixed(1), 'at least 6', value >= 6);
}

export function isNearFloor(value: number, where: string): Statement {
  return atMost(`eddy/floor, ${where}`, value, 1.4, (one) => one.toFixed(2));
}

/** @param slope microseconds of CPU per model and item */
export function modelsAreCheap(slope: number): Statement {
  return atMost('each model more costs an item', slope, 25, micros);
}

export function cacheSaves(cachedMicros: number, itemMicros: number): Statement {
  return atMost('with all predictions cached, of the cost without', cachedMicros / itemMicros, 0.5, percent);
}

/** Both in milliseconds, of the median item of an idle system. */
export function idleIsQuick(eddyMs: number, naiveMs: number): Statement {
  const difference = eddyMs - naiveMs;
  const said = `${eddyMs.toFixed(0)} ms, naive ${naiveMs.toFixed(0)} ms`;
  return statement('p50 at 5 items/s', said, 'at most 5 ms more than naive', difference <= 5);
}

/** All in microseconds of CPU; the message is what it takes to publish it, and to be handed it once and give it back. */
export function oneDownIsCheap(downMicros: number, calmMicros: number, messageMicros: number): Statement {
  const difference = downMicros - calmMicros;
  return atMost('one of five models down costs an item', difference, messageMicros, micros);
}

const MOST_MEMORY_BYTES = 250e6;

export function isSmall({ peakBytes }: Pick<Flatness, 'peakBytes'>): Statement {
  return atMost('memory at the most', peakBytes, MOST_MEMORY_BYTES, (bytes) => `${(bytes / 1e6).toFixed(0)} MB`);
}

/** What a level memory scatters by: the heap is collected now and then. */
const MOST_GROWTH = 0.05;

export function isFlat({ growth, bytesPerMillion }: Flatness, items: number): Statement {
  const figure = `${percent(growth)} (${(bytesPerMillion / MIB).toFixed(1)} MiB per million items)`;
  const what = `memory's growth over the second half of ${items.toLocaleString('en')} items`;
  return statement(what, figure, `at most ${percent(MOST_GROWTH)}`, growth <= MOST_GROWTH);
}

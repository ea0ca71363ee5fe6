import Table from 'cli-table3';
import type { MeasureName, RunRecord } from './record.ts';
import { formatCell, headingOf } from './report/format.ts';

/** What must agree between a run in virtual time and the same on the local stack, and within what. */
const TOLERANCES: Readonly<Partial<Record<MeasureName, Tolerance>>> = {
  healthyMean: { relative: 0.15, absolute: 0.15 },
  healthyPeak: { relative: 0.25, absolute: 0.3 },
  recovery: { relative: 0.2, absolute: 10 },
};

/** The greater of the two counts; in the measure's unit, and of the virtual run's value. */
interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

export interface Agreement {
  readonly strategy: string;
  readonly measure: MeasureName;
  readonly virtual: number | null;
  readonly real: number | null;
  readonly tolerance: number;
  readonly passed: boolean;
}

/** Holds a run on the local stack against the same in virtual time. What neither could measure, they agree on. */
export function agreementOf(virtual: RunRecord, real: RunRecord): readonly Agreement[] {
  return Object.entries(TOLERANCES).map(([name, { relative, absolute }]) => {
    const measure = name as MeasureName;
    const [expected, found] = [virtual.measures[measure], real.measures[measure]];
    const tolerance = Math.max(absolute, relative * (expected ?? 0));
    const passed = expected === null || found === null ? expected === found : Math.abs(found - expected) <= tolerance;
    return { strategy: real.strategy, measure, virtual: expected, real: found, tolerance, passed };
  });
}

export function agreementTable(agreements: readonly Agreement[]): string {
  const table = new Table({
    head: ['strategy', 'measure', 'virtual', 'real', 'may differ by', ''],
    style: { head: [], border: [] },
  });
  for (const { strategy, measure, virtual, real, tolerance, passed } of agreements) {
    const cell = (value: number | null) => formatCell(measure, value);
    table.push([strategy, headingOf(measure), cell(virtual), cell(real), cell(tolerance), passed ? 'PASS' : 'FAIL']);
  }
  return table.toString();
}

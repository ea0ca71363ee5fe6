import { styleText } from 'node:util';
import Table from 'cli-table3';
import { linesOf, NO_LINES } from '../../bare-table.ts';
import { MEASURES, type MeasureName, type RunRecord, type Verdict } from '../record.ts';
import { specOf } from '../strategy.ts';
import { byIncident, type Column, type IncidentRuns } from './columns.ts';
import { formatAgainst, formatBound, formatCell, headingOf } from './format.ts';
import { bestOn, measuredIn, verdictsOn } from './standing.ts';

export interface TableOptions {
  /** Whether the terminal shows colours; not unless told. */
  readonly isTTY?: boolean;
  /** Characters in a line, 120 unless told. */
  readonly width?: number;
}

/** The widest value, such as `59 min 59 s`, has room, and its mark. */
const VALUE_WIDTH = 11;
const LEAST_HEADING_WIDTH = 24;
const MOST_HEADING_WIDTH = 48;
/** What is between two columns. */
const GAP = 1;

/**
 * What the runs come to, for a terminal: for each incident a table with a column for each run; runs that find no room side
 * by side are in further tables. `*` marks the best of a row, `!` what misses its bound.
 */
export function measureTable(records: readonly RunRecord[], options: TableOptions = {}): string {
  const { width = 120, isTTY = false } = options;
  const paint: Paint = (style, text) => (isTTY ? styleText(style, text, { validateStream: false }) : text);
  const inLine = Math.max(1, Math.floor((width - LEAST_HEADING_WIDTH) / (VALUE_WIDTH + GAP)));
  const parts = byIncident(records).map((runs) => {
    const names = measuredIn(runs.columns.map(({ record }) => record));
    const best = new Map(
      names.map((name) => [
        name,
        bestOn(
          name,
          runs.columns.map(({ record }) => record),
        ),
      ]),
    );
    const tables = Array.from({ length: Math.ceil(runs.columns.length / inLine) }, (_, index) => {
      const from = index * inLine;
      const columns = runs.columns.slice(from, from + inLine);
      return tableOf(columns, names, (name, column) => best.get(name)![from + column] === true, width, paint);
    });
    return `${paint('bold', titleOf(runs))}\n${tables.join('\n\n')}`;
  });
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n* the best of its row   ! misses what must hold\n`;
}

type Paint = (style: 'bold' | 'red' | 'green' | 'dim', text: string) => string;

function titleOf({ title, incident, columns }: IncidentRuns): string {
  const { replicas, rate, mode } = columns[0]!.record;
  const said =
    columns[0]!.details.length > 0 ? '' : `, ${replicas === 1 ? '1 replica' : `${replicas} replicas`}, ${rate}/s`;
  return printable(`${title} (${incident}${said}${mode === 'real' ? ', on the local stack' : ''})`);
}

function tableOf(
  columns: readonly Column[],
  names: readonly MeasureName[],
  isBest: (name: MeasureName, column: number) => boolean,
  width: number,
  paint: Paint,
): string {
  const room = width - columns.length * (VALUE_WIDTH + GAP);
  const longest = Math.max(...names.map((name) => headingOf(name).length), 'measure'.length);
  const headingWidth = Math.max(LEAST_HEADING_WIDTH, Math.min(longest, room, MOST_HEADING_WIDTH));
  const table = new Table({
    head: ['measure', ...columns.map(({ name, details }) => inLines([name, ...details].map(printable), VALUE_WIDTH))],
    colWidths: [headingWidth, ...columns.map(() => VALUE_WIDTH + GAP)],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    wordWrap: true,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: { ...NO_LINES, mid: '─' },
  });
  for (const name of names) {
    const cells = columns.map(({ record }, index) => cellOf(name, record, isBest(name, index), paint));
    table.push([headingOf(name), ...cells]);
  }
  return linesOf(table).join('\n');
}

function cellOf(name: MeasureName, record: RunRecord, isBest: boolean, paint: Paint): string {
  const text = formatCell(name, record.measures[name]);
  if (verdictsOn(name, record).some(({ passed }) => !passed)) return paint('red', `${text}!`);
  return isBest ? paint('green', `${text}*`) : `${text} `;
}

/** Each part from a line of its own on, broken behind a hyphen where it is too long. */
function inLines(parts: readonly string[], width: number): string {
  return parts
    .flatMap((part) =>
      part.split(/(?<=-)/).reduce<string[]>((lines, piece) => {
        const last = lines.at(-1);
        if (last !== undefined && last.length + piece.length <= width) lines[lines.length - 1] = last + piece;
        else lines.push(piece);
        return lines;
      }, []),
    )
    .map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    .join('\n');
}

/** A line for each statement on a run: `PASS  eddy  healthy model, peak load 1.04 × ideal (at most 1.3)`. */
export function verdictLines(record: RunRecord): string[] {
  return record.verdicts.map((verdict) => verdictLine(specOf(record.strategy, record.replicas), verdict));
}

function verdictLine(strategy: string, { measure, value, bound, passed }: Verdict): string {
  const measured = value === null ? 'could not be measured' : formatAgainst(measure, value, bound);
  const result = passed ? 'PASS' : 'FAIL';
  return `${result}  ${printable(strategy)}  ${MEASURES[measure].title} ${measured} (${formatBound(measure, bound)})`;
}

/** What a name has in control characters would move the terminal's cursor, or worse. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

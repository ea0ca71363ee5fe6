import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunRecord, SERIES, type SeriesName } from '../record.ts';
import { type ReportOptions, renderReport } from './html.ts';

/** The report could not be written. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

const SERIES_NAMES = Object.keys(SERIES) as readonly SeriesName[];
const UNIT_SUFFIX: Readonly<Record<string, string>> = { '/s': '_per_s', s: '_s', '': '' };
/** Beyond it a name is cut off: file systems take 255 bytes. */
const NAME_LENGTH = 60;

/** The series of a run, one row for each second; what was not measured is empty. */
export function seriesCsv({ series }: RunRecord): string {
  const heads = SERIES_NAMES.map((name) => `${snake(name)}${UNIT_SUFFIX[SERIES[name].unit] ?? ''}`);
  const length = Math.max(0, ...SERIES_NAMES.map((name) => series[name].length));
  const rows = Array.from({ length }, (_, second) =>
    [second, ...SERIES_NAMES.map((name) => series[name][second] ?? '')].join(),
  );
  return `${['second', ...heads].join()}\n${rows.map((row) => `${row}\n`).join('')}`;
}

/** All but the series, and the name of the file that has those. */
export function summaryJson(records: readonly RunRecord[]): string {
  const names = seriesFiles(records);
  const runs = records.map(({ series: _, ...rest }, index) => ({ ...rest, series: names[index] }));
  return `${JSON.stringify(runs, undefined, 2)}\n`;
}

/**
 * The names of the files with the series: `model-down.eddy.r3.csv`. They differ for all records, also where upper and
 * lower case are one, and are safe whatever an incident is called.
 */
export function seriesFiles(records: readonly RunRecord[]): readonly string[] {
  const taken = new Set<string>();
  return records.map(({ incident, strategy, replicas, mode }) => {
    const stem = [safe(incident), safe(strategy), `r${replicas}`, ...(mode === 'real' ? ['real'] : [])].join('.');
    let name = `${stem}.csv`;
    for (let nth = 2; taken.has(name); nth++) name = `${stem}.${nth}.csv`;
    taken.add(name);
    return name;
  });
}

export interface WriteOptions extends Partial<ReportOptions> {
  /** The folder; made where it does not exist. */
  readonly out: string;
  readonly command: string;
}

/**
 * Writes the report, the summary and the series of all runs into a folder.
 *
 * @returns the paths of the files, the report's first
 * @throws ReportError if the folder or a file can't be written
 */
export async function writeReport(records: readonly RunRecord[], options: WriteOptions): Promise<string[]> {
  const { out, ...rest } = options;
  const names = seriesFiles(records);
  const files: readonly (readonly [name: string, content: () => string])[] = [
    ['report.html', () => renderReport(records, { title: 'Incident lab', at: new Date(), ...rest })],
    ['summary.json', () => summaryJson(records)],
    ...records.map((record, index) => [names[index]!, () => seriesCsv(record)] as const),
  ];
  try {
    await mkdir(out, { recursive: true });
    const paths: string[] = [];
    for (const [name, content] of files) {
      const path = join(out, name);
      await writeFile(path, content());
      paths.push(path);
    }
    return paths;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new ReportError(`the report can't be written to "${out}": ${error.message}; name another folder with --out`, {
      cause: error,
    });
  }
}

/** Letters, digits and hyphens of a name, so that it is no path and no system's special name. */
function safe(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_LENGTH)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'unnamed' : plain;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

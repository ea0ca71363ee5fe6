import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** A file that is served. */
export interface ServedFile {
  readonly type: string;
  readonly body: Buffer;
}

const PAGE = join(import.meta.dirname, 'page');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Of the charting library, by the paths that the page knows them by. */
const VENDOR = { '/vendor/uplot.js': 'uPlot.esm.js', '/vendor/uplot.css': 'uPlot.min.css' } as const;

/**
 * All that is served, by path: the files of the page's folder, and those of the charting library that it uses. No other
 * path leads to a file.
 *
 * @throws Error when the charting library is not installed
 */
export function readPageFiles(): ReadonlyMap<string, ServedFile> {
  const files = new Map<string, ServedFile>();
  for (const name of readdirSync(PAGE)) {
    const type = TYPES[extname(name)];
    if (type) files.set(name === 'index.html' ? '/' : `/${name}`, { type, body: readFileSync(join(PAGE, name)) });
  }
  const folder = uplotFolder();
  for (const [path, name] of Object.entries(VENDOR)) {
    files.set(path, { type: TYPES[extname(name)]!, body: readFileSync(join(folder, name)) });
  }
  return files;
}

function uplotFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('uplot'));
  } catch (cause) {
    throw new Error('the console needs the package uplot, which npm ci installs; --no-console does without', { cause });
  }
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the JSON is that Grafana reads. */
export const COMMITTED = join(import.meta.dirname, 'dashboards');

/** The committed dashboards' texts, by the names of their files. */
export function committedTexts(folder: string = COMMITTED): ReadonlyMap<string, string> {
  const files = globSync('*.json', { cwd: folder }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

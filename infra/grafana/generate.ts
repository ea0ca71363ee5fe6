// Writes infra/grafana/dashboards from the code beside it; with --check it only compares.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMITTED, committedTexts } from './committed.ts';
import { dashboards, toJson } from './dashboards.ts';
import { staleFiles } from './stale-files.ts';

const wanted = new Map([...dashboards()].map(([file, dashboard]) => [file, toJson(dashboard)]));
const stale = staleFiles(wanted, committedTexts());
if (!process.argv.includes('--check')) {
  mkdirSync(COMMITTED, { recursive: true });
  for (const file of stale) {
    const text = wanted.get(file);
    if (text === undefined) rmSync(join(COMMITTED, file));
    else writeFileSync(join(COMMITTED, file), text);
  }
} else if (stale.length > 0) {
  process.stderr.write(`Stale in infra/grafana/dashboards: ${stale.join(', ')}. Run: npm run generate\n`);
  process.exitCode = 1;
}

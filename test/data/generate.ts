// Rewrites items.jsonl, the input of the local stack's `--items`: npx node test/data/generate.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileContent } from './lines.ts';

writeFileSync(join(import.meta.dirname, 'items.jsonl'), fileContent());

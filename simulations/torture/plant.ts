import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.ts';

const ROOT = join(import.meta.dirname, '../..');

/** @throws Error when the mutant's place is not found exactly once: the code has changed, and the mutant has to follow */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places === 1) return source.replace(find, () => replace);
  throw new Error(`mutant "${name}": expected its place once in ${file}, found it ${places} times: ${find}`);
}

/** @throws Error as {@link mutate} does */
export function checkPlace(mutant: Mutant): void {
  mutate(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant);
}

/** From now on this thread loads the file with the bug in it. */
export function plant(mutant: Mutant): void {
  const target = pathToFileURL(join(ROOT, mutant.file)).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== target) return loaded;
      return { ...loaded, source: mutate(String(loaded.source), mutant) };
    },
  });
}

import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scorer, ScorerModule } from '../scorer.ts';

/** The names of the models in a folder: those of its folders that have a `scorer.ts`. */
export function modelNames(modelsFolder: string): string[] {
  return globSync('*/scorer.ts', { cwd: modelsFolder }).map(dirname).sort();
}

/** @throws Error that names the model, when there is none or its `scorer.ts` exports or creates no scorer. */
export async function loadScorer(modelsFolder: string, name: string): Promise<Scorer> {
  const names = modelNames(modelsFolder);
  // Looked up rather than joined to the path: a name such as ../x leads nowhere.
  if (!names.includes(name)) {
    throw new Error(`There is no model named "${name}". Available: ${names.join(', ') || 'none'}.`);
  }
  const file = join(modelsFolder, name, 'scorer.ts');
  const module: unknown = await import(pathToFileURL(file).href);
  if (!isScorerModule(module)) throw new Error(`models/${name}/scorer.ts must export createScorer(): Scorer.`);
  try {
    return module.createScorer();
  } catch (cause) {
    throw new Error(`Can't create the scorer of models/${name}: ${(cause as Error).message}`, { cause });
  }
}

function isScorerModule(module: unknown): module is ScorerModule {
  return (
    typeof module === 'object' &&
    module !== null &&
    'createScorer' in module &&
    typeof module.createScorer === 'function'
  );
}

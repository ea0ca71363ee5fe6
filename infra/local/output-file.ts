import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvalidArgumentError } from 'commander';

/**
 * The path of a file that is written when all is over, which is too late to learn that it can't be.
 *
 * @throws InvalidArgumentError when its folder does not exist
 */
export function parseOutputFile(path: string): string {
  if (!existsSync(dirname(path))) throw new InvalidArgumentError(`There is no folder ${dirname(path)}.`);
  return path;
}

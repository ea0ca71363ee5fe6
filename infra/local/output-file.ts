import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvalidArgumentError } from 'commander';

/**
 * The path of a file that is written later, which is too late to learn that it can't be.
 *
 * @throws InvalidArgumentError when its folder does not exist or can't be written to, or it is a folder itself
 */
export function parseOutputFile(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new InvalidArgumentError(`There is no folder ${folder}.`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new InvalidArgumentError('It is a folder.');
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new InvalidArgumentError(`The folder ${folder} can't be written to.`);
  }
  return path;
}

import { constants } from 'node:fs';
import { access, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A folder that nothing can be written to. */
export class OutFolderError extends Error {
  override name = 'OutFolderError';
}

/**
 * Makes a folder, and those that it is in, where they are not there yet: better before the runs than after them. Disposing
 * takes away again what was made and is still empty.
 *
 * @param option the option that names it, for the message
 * @throws OutFolderError where nothing can be written to it
 */
export async function makeOutFolder(folder: string, option: string): Promise<AsyncDisposable> {
  await using making = new AsyncDisposableStack();
  const missing: string[] = [];
  let place = resolve(folder);
  try {
    while (!(await isFolder(place))) {
      missing.push(place);
      place = dirname(place);
    }
    // One by one: Node's own way of making all of them does not come to an end in /proc.
    for (place of missing.toReversed()) {
      const made = place;
      await mkdir(made);
      making.defer(() => rmdir(made).catch(() => {}));
    }
    await access(place, constants.W_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const reason = code === 'ENOTDIR' ? 'is no folder' : `can't be written to (${code})`;
    throw new OutFolderError(`${option} ${folder}: ${place} ${reason}`, { cause });
  }
  return making.move();
}

/** @throws with the code ENOTDIR where something else is called so */
async function isFolder(place: string): Promise<boolean> {
  try {
    const found = await stat(place);
    if (found.isDirectory()) return true;
  } catch (error) {
    // What is below a file is told of the file.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
  throw Object.assign(new Error('something else is there'), { code: 'ENOTDIR' });
}

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for a server's files. Disposing of it removes it with all that is in it. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

const folders = new Set<string>();

/**
 * Makes a folder of its own, which is also removed when this process exits without having disposed of it.
 *
 * @param name what its own name begins with: `eddy-redis`
 */
export async function makeScratchFolder(name: string): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), `${name}-`));
  if (!process.listeners('exit').includes(removeAll)) process.on('exit', removeAll);
  folders.add(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      folders.delete(path);
    },
  };
}

function removeAll(): void {
  for (const path of folders) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Its server has written into it as it was killed.
    }
  }
}

import { readdir, readFile } from 'node:fs/promises';

/** The thread that runs JavaScript. */
export const MAIN_THREAD = 'MainThread';

/**
 * CPU that the threads of a process have used so far, in seconds, by their names (Linux), such as `V8Worker`, which
 * collects garbage and compiles. Threads of one name are added up, those that have ended are not in it.
 *
 * @throws Error when there is no such process, or no /proc
 */
export async function threadSeconds(pid: number): Promise<ReadonlyMap<string, number>> {
  const folder = `/proc/${pid}/task`;
  const threads = await Promise.all((await readdir(folder)).map((id) => threadOf(folder, id)));
  const seconds = new Map<string, number>();
  for (const thread of threads) {
    if (!thread) continue;
    // The main thread's own name is that of the process, which a program may change.
    const name = thread.id === String(pid) ? MAIN_THREAD : thread.name;
    seconds.set(name, (seconds.get(name) ?? 0) + thread.seconds);
  }
  return seconds;
}

interface Thread {
  readonly id: string;
  readonly name: string;
  readonly seconds: number;
}

async function threadOf(folder: string, id: string): Promise<Thread | undefined> {
  try {
    const [name, schedstat] = await Promise.all([
      readFile(`${folder}/${id}/comm`, 'utf8'),
      // Its first figure, the time on a CPU in nanoseconds: https://docs.kernel.org/scheduler/sched-stats.html
      readFile(`${folder}/${id}/schedstat`, 'utf8'),
    ]);
    return { id, name: name.trim(), seconds: Number(schedstat.split(' ')[0]) / 1e9 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'ENOENT') return undefined; // It has ended since it was listed.
    throw error;
  }
}

import { readdir, readFile } from 'node:fs/promises';

/** What a process has used so far, as Linux counts it. */
export interface ProcessFigures {
  /** User and system, in seconds, of all its threads. */
  readonly cpuSeconds: number;
  /** The part of its first thread: of a Node program, that which runs JavaScript. */
  readonly mainThreadSeconds: number;
  /** Memory that it has resident, in bytes. */
  readonly residentBytes: number;
  /** The most that it has had. */
  readonly peakBytes: number;
}

/** The unit of CPU times in /proc: USER_HZ, which is 100 on every Linux that Node runs on (proc(5)). */
const TICKS_PER_SECOND = 100;

/** @throws Error when there is no such process, or no /proc */
export async function figuresOf(pid: number): Promise<ProcessFigures> {
  const [stat, mainThread, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/task/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  return {
    cpuSeconds: cpuSecondsIn(stat),
    mainThreadSeconds: cpuSecondsIn(mainThread),
    residentBytes: bytesIn(status, 'VmRSS'),
    peakBytes: bytesIn(status, 'VmHWM'),
  };
}

/** The processes that a process has started, and those that they have started (Linux). */
export async function descendantsOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  await Promise.all(
    pids.map(async (one) => {
      // One that has ended meanwhile is nobody's.
      const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => undefined);
      if (stat !== undefined) parents.set(one, Number(fieldsOf(stat)[1]));
    }),
  );
  const found: number[] = [];
  let generation = [pid];
  while (generation.length > 0) {
    generation = [...parents].filter(([, parent]) => generation.includes(parent)).map(([child]) => child);
    found.push(...generation);
  }
  return found;
}

/** The fields after the name, the second one, which is in parentheses and may hold anything. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function cpuSecondsIn(stat: string): number {
  const fields = fieldsOf(stat);
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (Number.isNaN(ticks)) throw new Error(`/proc has a stat without CPU times: ${stat}`);
  return ticks / TICKS_PER_SECOND;
}

function bytesIn(status: string, name: string): number {
  const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (!kilobytes) throw new Error(`/proc has a status without ${name}: the process is ending`);
  return Number(kilobytes) * 1_024;
}

import { readdir, readFile } from 'node:fs/promises';
import { connectInspector } from './inspector.ts';

/** What a process is seen to use at one time. */
export interface Vitals {
  /** Bytes in use right after a garbage collection: V8's heap, and what it holds outside of it (buffers). */
  readonly heapBytes: number;
  /** Bytes of memory that the kernel has given it. */
  readonly rssBytes: number;
  /** Open file descriptors, sockets among them. */
  readonly fds: number;
  /** What keeps its event loop alive: sockets, servers, timers, requests under way. */
  readonly handles: number;
  /** Seconds of CPU since the process began. */
  readonly cpuSeconds: number;
  /** By how much timers were late since the last time, in milliseconds, 99th percentile. */
  readonly lagMs: number;
}

/** Timers that measure the lag are due that often, and what is measured includes it. */
const LAG_RESOLUTION_MS = 10;

/** The collection itself makes timers late: the measuring starts anew after it. */
const RESET_AFTER_MS = 100;

/**
 * Runs inside of the process; needs `--expose-gc`. It collects twice: buffers that a collection has found unused are freed
 * beside the program, and are no longer counted for certain when the next collection begins.
 */
const LOOK = `(() => {
  const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
  if (!globalThis.eddySoakDelay) {
    globalThis.eddySoakDelay = monitorEventLoopDelay({ resolution: ${LAG_RESOLUTION_MS} });
    globalThis.eddySoakDelay.enable();
  }
  const delay = globalThis.eddySoakDelay;
  const lagMs = Math.max(0, delay.percentile(99) / 1e6 - ${LAG_RESOLUTION_MS});
  const handles = process.getActiveResourcesInfo().length;
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  setTimeout(() => delay.reset(), ${RESET_AFTER_MS}).unref();
  return { heapBytes: heapUsed + external, handles, lagMs };
})()`;

/**
 * Looks at a process of this machine (Linux: it reads /proc) that was started with `--inspect` and `--expose-gc`.
 *
 * @param inspector the address of its inspector
 * @throws Error when the process is gone, frozen or too busy to answer
 */
export async function lookAt(pid: number, inspector: string): Promise<Vitals> {
  using connection = await connectInspector(inspector);
  const inside = await connection.evaluate<Pick<Vitals, 'heapBytes' | 'handles' | 'lagMs'>>(LOOK);
  const [stat, status, fds] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
  ]);
  return { ...inside, rssBytes: rssOf(status), cpuSeconds: cpuSecondsOf(stat), fds: fds.length };
}

/**
 * Reads VmRSS, in bytes, from what /proc/PID/status says.
 *
 * @throws Error when it does not say: a process that is ending has no memory any more
 */
export function rssOf(status: string): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (found === undefined) throw new Error('/proc/PID/status has no line VmRSS: the process is ending');
  return Number(found) * 1_024;
}

/** The kernel counts in ticks, of which Linux tells programs there are 100 in a second (sysconf _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

/**
 * Reads the CPU time, user and system, from /proc/PID/stat: fields 14 and 15 of proc(5).
 *
 * @throws Error when they are not there
 */
export function cpuSecondsOf(stat: string): number {
  // The second field is the program's name, in parentheses, and may have anything in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isFinite(ticks)) throw new Error(`/proc/PID/stat has no CPU time in fields 14 and 15: "${stat}"`);
  return ticks / TICKS_PER_SECOND;
}

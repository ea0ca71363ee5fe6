import type { Sample } from './verdict.ts';
import type { Vitals } from './vitals.ts';

/** The samples of one process of the stack. */
export interface Series {
  readonly process: string;
  readonly samples: readonly Sample[];
  /** How many times the process was restarted: its memory then begins anew, so that only a first life is judged. */
  readonly restarts: number;
  /** How many times it could not be looked at: frozen, on its way up, or without an inspector. */
  readonly missed: number;
}

export interface Samples {
  add(process: string, pid: number, atMs: number, vitals: Vitals): void;
  /** It could not be looked at. */
  miss(process: string): void;
  /** By the names of the processes. */
  readonly all: readonly Series[];
}

interface OpenSeries extends Series {
  pid: number | undefined;
  readonly samples: Sample[];
  restarts: number;
  missed: number;
}

export function createSamples(): Samples {
  const series = new Map<string, OpenSeries>();

  function seriesOf(process: string): OpenSeries {
    const known = series.get(process) ?? { process, pid: undefined, samples: [], restarts: 0, missed: 0 };
    series.set(process, known);
    return known;
  }

  return {
    miss: (process) => void seriesOf(process).missed++,
    add(process, pid, atMs, vitals) {
      const known = seriesOf(process);
      if (known.pid !== undefined && known.pid !== pid) known.restarts++;
      known.pid = pid;
      known.samples.push({ ...vitals, atMs });
    },
    get all() {
      return [...series.values()].sort((a, b) => (a.process < b.process ? -1 : 1));
    },
  };
}

/** One line for each sample, with a heading. */
export function csvOf(all: readonly Series[]): string {
  const lines = ['process,seconds,heap_after_gc_bytes,rss_bytes,file_descriptors,handles,cpu_seconds,loop_lag_p99_ms'];
  for (const { process, samples } of all) {
    for (const { atMs, heapBytes, rssBytes, fds, handles, cpuSeconds, lagMs } of samples) {
      const values = [(atMs / 1_000).toFixed(1), heapBytes, rssBytes, fds, handles, cpuSeconds, lagMs.toFixed(2)];
      lines.push([process, ...values].join());
    }
  }
  return `${lines.join('\n')}\n`;
}

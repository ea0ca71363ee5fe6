import type { Figures } from '../../../infra/local/replica.ts';
import { total } from '../../../infra/local/scrape.ts';
import type { Load } from '../../../models/host/load-meter.ts';
import type { Recorder } from '../recorder.ts';

export interface SamplerOptions {
  readonly replicas: readonly { figures(): Promise<Pick<Figures, 'samples'>> }[];
  readonly models: readonly string[];
  /** What a model has been asked since it was started last. */
  readonly load: (model: string) => Promise<Pick<Load, 'inputs'>>;
  readonly recorder: Pick<Recorder, 'count' | 'asked' | 'gauge' | 'tick'>;
  /** Messages in the backlog. */
  readonly backlog: () => number;
  /** Milliseconds since the begin of the load. */
  readonly now: () => number;
}

/** Looks once a second at what proxies and models have counted. Disposing of it ends that, after a last look. */
export type Sampler = AsyncDisposable;

const EVERY_MS = 1_000;
/** A timer may be early by a fraction of a millisecond, and would then belong to the second before. */
const INTO_SECOND_MS = 5;

/**
 * Begins to look; what has been counted since a look is noted in the middle between that and the next one. When this
 * resolves, the first look, from which it is counted, is over.
 */
export async function startSampler(options: SamplerOptions): Promise<Sampler> {
  const { recorder, backlog, now } = options;
  const looks = sourcesOf(options).map((source) => follow(source, now));
  const look = () => Promise.all(looks.map((one) => one()));
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    recorder.tick(now());
    recorder.gauge('backlog', now(), backlog());
    void look();
    schedule();
  }
  function schedule(): void {
    const nextMs = Math.max(0, (Math.floor(now() / EVERY_MS) + 1) * EVERY_MS) + INTO_SECOND_MS;
    timer = setTimeout(tick, nextMs - now());
  }

  await look();
  schedule();
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await look();
    },
  };
}

/** Something that keeps counters. */
interface Source {
  /** Rejects, or answers what it has answered before, when it does not know. */
  read(): Promise<readonly number[]>;
  /** What was counted, counter by counter. */
  note(atMs: number, counted: readonly number[]): void;
}

function sourcesOf({ replicas, models, load, recorder }: SamplerOptions): Source[] {
  const proxies = replicas.map(
    (replica): Source => ({
      async read() {
        const { samples } = await replica.figures();
        const received = (intake: string) => total(samples, 'eddy_messages_received_total', `intake="${intake}"`);
        return [received('items') + received('backlog'), total(samples, 'eddy_enrichment_calls_total')];
      },
      note(atMs, [messages = 0, calls = 0]) {
        recorder.count('proxyLoad', atMs, messages);
        recorder.count('dependencyLoad', atMs, calls);
      },
    }),
  );
  const hosts = models.map(
    (model): Source => ({
      read: async () => [(await load(model)).inputs],
      note: (atMs, [inputs = 0]) => recorder.asked(model, atMs, inputs),
    }),
  );
  return [...proxies, ...hosts];
}

/** @returns what looks at the source, one look at a time: one that does not answer is not asked again meanwhile */
function follow(source: Source, now: () => number): () => Promise<void> {
  let last: { readonly atMs: number; readonly values: readonly number[] } | undefined;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const values = await source.read().catch(() => undefined); // Killed or frozen: the next look covers the time.
    if (!values) return;
    const atMs = now();
    if (last) {
      const { values: before } = last;
      const counted = values.map((value, index) => grown(before[index] ?? 0, value));
      source.note(Math.max(0, (last.atMs + atMs) / 2), counted);
    }
    last = { atMs, values };
  }

  return () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

/** A counter that is lower than before has begun anew: its owner was restarted. */
function grown(before: number, value: number): number {
  return value >= before ? value - before : value;
}

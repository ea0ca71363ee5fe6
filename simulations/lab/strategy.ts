import type { Build } from '../world/replica.ts';

/** A configuration file's content before it is checked: what a strategy changes of it. */
export type ConfigOverlay = Readonly<Record<string, unknown>>;

/** One way of dealing with models that are ill. */
export interface Strategy {
  readonly name: string;
  /** What it does, in one sentence. */
  readonly about: string;
  /** Laid over the configuration, key by key; models are changed by `model`, each alike. */
  readonly config: ConfigOverlay;
  readonly model?: ConfigOverlay;
  /** Laid over the source of seller profiles, where there is one. */
  readonly seller?: ConfigOverlay;
  /** What is not a configuration of what ships. */
  readonly build: Build & { readonly queues?: readonly string[] };
  /** Whether what comes from a subscription is for a model's own workers, and no load of a proxy. */
  readonly isForWorkers?: (subscription: string) => boolean;
  /** Why it can't be run on the local stack, where it can't. */
  readonly onlyVirtual?: string;
}

/** A strategy with so many replicas: "memory-cache@3". */
export function specOf(strategy: string, replicas: number): string {
  return `${strategy}@${replicas}`;
}

/** Reads "memory-cache@3", or "memory-cache" for as many replicas as the incident has; not a number where none stands. */
export function parseSpec(spec: string): { readonly strategy: string; readonly replicas: number | undefined } {
  const [strategy = '', ...replicas] = spec.split('@');
  return { strategy, replicas: replicas.length === 0 ? undefined : Number(replicas.join('@')) };
}

import { InvalidArgumentError } from 'commander';
import type { DeepPartial, SetFaultsRequest } from '../../proto/generated/models/v1/faults.ts';

/** What can be broken on purpose, and how. */
export interface Breakage {
  /** A model, `redis` or `proxy`. */
  readonly part: string;
  readonly how: 'down' | 'slow' | 'errors' | 'hang';
}

const MODEL_WAYS = ['down', 'slow', 'errors', 'hang'] as const;

/** What each part can be made to suffer. A proxy is killed; Redis is killed, or frozen. */
export function waysToBreak(models: readonly string[]): ReadonlyMap<string, readonly Breakage['how'][]> {
  return new Map<string, readonly Breakage['how'][]>([
    ...models.map((model) => [model, MODEL_WAYS] as const),
    ['redis', ['down', 'hang']],
    ['proxy', ['down']],
  ]);
}

/**
 * Reads `weapons=down`.
 *
 * @throws InvalidArgumentError naming what can be broken, and how
 */
export function parseBreakage(text: string, models: readonly string[]): Breakage {
  const ways = waysToBreak(models);
  const [part = '', how = ''] = text.split('=', 2);
  const known = ways.get(part);
  if (!known) throw new InvalidArgumentError(`There is no part "${part}"; there are: ${[...ways.keys()].join(', ')}.`);
  const found = known.find((way) => way === how);
  if (!found) throw new InvalidArgumentError(`Expected ${known.map((way) => `${part}=${way}`).join(' or ')}.`);
  return { part, how: found };
}

/** The faults of a model host for each way of breaking a model. */
export const MODEL_FAULTS: Readonly<Record<Breakage['how'], DeepPartial<SetFaultsRequest>>> = {
  down: { down: true },
  hang: { hang: true },
  // Mostly slower than the models' timeout of 300 ms.
  slow: { latency: { medianMs: 400, p99Ms: 2_000 } },
  // INTERNAL, UNAVAILABLE, RESOURCE_EXHAUSTED: 90 % together.
  errors: {
    errors: [
      { code: 13, rate: 0.3 },
      { code: 14, rate: 0.3 },
      { code: 8, rate: 0.3 },
    ],
  },
};

import type { ConfigOverlay } from './strategy.ts';

const NAMES = [
  'weapons',
  'money',
  'counterfeit',
  'drugs',
  'adult',
  'animals',
  'medicine',
  'tobacco',
  'tickets',
  'recalls',
];

/** The names of the lab's models, as many as are wished for. */
export function modelNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => NAMES[index] ?? `topic-${index + 1}`);
}

/**
 * The configuration of the lab, where nobody brings one along: as it ships, but for what makes runs easy to compare. All
 * models read the same and need the seller, so that what one costs can be told from what two cost; batches are small
 * enough that a model that gains nothing from them answers a full one in half its time.
 */
export function baseConfig(models: readonly string[]): ConfigOverlay {
  return {
    pubsub: { project: 'lab' },
    backlog: { mode: 'combined', maxAge: '24h' },
    cache: { kind: 'redis', url: 'redis://lab' },
    enrichment: { seller: { target: 'catalogue' } },
    models: Object.fromEntries(models.map((name) => [name, baseModel(name)])),
  };
}

function baseModel(name: string): ConfigOverlay {
  return {
    topic: name,
    target: name,
    reads: ['title', 'description', 'category', 'sellerId'],
    needs: ['seller'],
    timeout: '400ms',
    batch: { max: 4 },
    concurrency: { initial: 4, max: 64 },
    breaker: { reset: '2s' },
    policy: { review: 0.7, remove: 0.95 },
  };
}

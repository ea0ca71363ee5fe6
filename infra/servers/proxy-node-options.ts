import { join } from 'node:path';

/**
 * The options of Node with which a proxy is run: they bound its memory, mostly for a little of its CPU. Measured by
 * `npm run bench -- compare`; what each is worth stands in simulations/bench/README.md.
 */
export const PROXY_NODE_OPTIONS: readonly string[] = [
  // An item in work lives through a collection or two of the young; V8 takes that for long-lived, makes the next such
  // objects old from the start, and what they hold along with them.
  '--no-allocation-site-pretenuring',
  // Megabytes of each half of the young generation.
  '--max-semi-space-size=16',
  // The old generation is collected when it has grown by so much; left to itself, V8 waits until it is four times as large.
  '--heap-growing-percent=50',
  // One thread beside the main one, to collect and compile: on a core or two, four of them mostly wait for each other.
  '--v8-pool-size=1',
];

/** What a proxy's environment has for the same end. */
export const PROXY_ENVIRONMENT: Readonly<Record<string, string>> = {
  // The memory allocator else keeps a pool for each of V8's threads.
  MALLOC_ARENA_MAX: '1',
  // Compiled code, TypeScript stripped of its types: what strips them stays in memory once it was needed.
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/node-compile'),
};

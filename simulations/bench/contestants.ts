import { PROXY_ENVIRONMENT, PROXY_NODE_OPTIONS } from '../../infra/servers/proxy-node-options.ts';

/** A program that is compared, and how it is run. */
export interface ContestantProgram {
  /** From the repository's root. */
  readonly script: string;
  /** Options of Node itself. */
  readonly nodeArgs: readonly string[];
  /** What its environment has in addition. */
  readonly env: Readonly<Record<string, string>>;
}

const AS_SHIPPED = { nodeArgs: PROXY_NODE_OPTIONS, env: PROXY_ENVIRONMENT };

/**
 * What is compared: each reads the proxy's configuration, takes in the same items and publishes the same decisions. The
 * floor has Node's options that the proxy ships with; who writes something in an afternoon leaves them as they are.
 */
export const CONTESTANTS = {
  naive: { script: 'simulations/bench/naive.ts', nodeArgs: [], env: {} },
  floor: { script: 'simulations/bench/floor.ts', ...AS_SHIPPED },
  eddy: { script: 'proxy/main.ts', ...AS_SHIPPED },
} as const satisfies Readonly<Record<string, ContestantProgram>>;

export type Contestant = keyof typeof CONTESTANTS;

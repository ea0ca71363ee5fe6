import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReplayedCosts } from './replay.ts';

/** What a proxy does with what it has to tell: what ships does with it; nothing; or what ships does, and note it down. */
export type Variant = 'shipped' | 'silent' | 'recording';

/** What a proxy is to be. */
export interface VariantWish {
  readonly variant: Variant;
  /** Items that do not count: until then the program warms up. */
  readonly skip: number;
  /** Items that come then. */
  readonly items: number;
}

/** What it is to do with the record when it has drained. */
export interface ReplayWish {
  /** Times that the record is replayed; the median counts. */
  readonly rounds: number;
}

/** Names the folder to the proxy. */
export const FOLDER_VARIABLE = 'EDDY_TELEMETRY_COST_FOLDER';

/**
 * What the measurement and its proxy tell each other, as files in a folder: a proxy that is restarted has the environment
 * of the one before.
 */
export interface Exchange {
  readonly variant: Note<VariantWish>;
  /** There only when the record is wanted: a measurement that is interrupted does not wait for it. */
  readonly replay: Note<ReplayWish>;
  readonly costs: Note<ReplayedCosts>;
}

interface Note<T> {
  write(said: T): Promise<void>;
  /** Undefined when nothing was written. */
  read(): Promise<T | undefined>;
}

export function exchangeIn(folder: string): Exchange {
  return {
    variant: note(folder, 'variant'),
    replay: note(folder, 'replay'),
    costs: note(folder, 'costs'),
  };
}

function note<T>(folder: string, name: string): Note<T> {
  const file = join(folder, `${name}.json`);
  return {
    write: (said) => writeFile(file, JSON.stringify(said)),
    async read() {
      try {
        return JSON.parse(await readFile(file, 'utf8')) as T;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

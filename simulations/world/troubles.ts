import type { Fault, Load, Setting } from './setting.ts';
import { createTrouble, type Trouble } from './trouble.ts';

/** What is wrong in a world, told apart by what feels it. */
export interface Troubles {
  readonly cache: Trouble;
  readonly publishes: Trouble;
  /** A fault begins; the function that is answered ends it, to be felt for some more milliseconds. */
  begin(fault: Fault): (feltForMs?: number) => void;
  /** Whether nothing has been wrong for long enough that a model can't be put off for any reason. */
  isWell(model: string): boolean;
}

/** How long a breaker, a limit, and what has piled up may feel a fault that is over. */
const AFTERMATH_MS = 20_000;

/** @param now milliseconds, monotonic */
export function createTroubles({ config, models }: Setting, { rate }: Pick<Load, 'rate'>, now: () => number): Troubles {
  const [cache, publishes, catalog, rest] = [
    createTrouble(now),
    createTrouble(now),
    createTrouble(now),
    createTrouble(now),
  ];
  const ofModel = new Map(models.map(({ name }) => [name, createTrouble(now)]));

  function feltBy(fault: Fault): Trouble {
    if ('model' in fault) return ofModel.get(fault.model)!;
    if (fault.kind.startsWith('cache')) return cache;
    if (fault.kind.startsWith('publishes')) return publishes;
    return fault.kind.startsWith('catalogue') ? catalog : rest;
  }

  return {
    cache,
    publishes,
    begin: (fault) => feltBy(fault).begin(),
    isWell(model) {
      const { serviceMs } = models.find(({ name }) => name === model)!;
      const { batch, needs } = config.models[model]!;
      // One call at a time, as after a breaker has closed, is enough for several times the load.
      const hasRoom = (rate / 1_000) * serviceMs < batch.max / 4;
      const sinceMs = now() - AFTERMATH_MS;
      // What could not be published comes back all at once.
      const troubles = [ofModel.get(model)!, publishes, rest];
      if (needs.length > 0) troubles.push(catalog);
      return hasRoom && troubles.every((trouble) => trouble.noneSince(sinceMs));
    },
  };
}

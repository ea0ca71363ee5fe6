import type { Logger } from 'pino';
import type { OnAvailability, OnCommand } from '../store/bypass.ts';
import type { Metrics } from './metrics.ts';

/** What happens to the shared store, told to the log and the counters. */
export interface StoreEvents {
  readonly onAvailability: OnAvailability;
  readonly onCommand: OnCommand;
}

export function createStoreEvents(log: Logger, metrics: Metrics): StoreEvents {
  const seconds = metrics.storeSeconds.series({});
  return {
    onAvailability(isAvailable, cause) {
      metrics.storeUp.set(isAvailable ? 1 : 0);
      if (isAvailable) log.info({ event: 'store', state: 'available' });
      else log.warn({ event: 'store', state: 'bypassed', reason: cause?.message });
    },
    onCommand(result, durationMs) {
      metrics.storeCommands.inc({ result });
      if (result === 'answered') seconds.observe(durationMs / 1_000);
    },
  };
}

import { vi } from 'vitest';
import { administration } from './administration.ts';
import type { Broker } from './broker.ts';
import { describeContract } from './contract.ts';
import { deadLetter } from './dead-letter.ts';
import { delivery } from './delivery.ts';
import { exactlyOnce } from './exactly-once.ts';
import type { Features } from './features.ts';
import { filtering } from './filtering.ts';
import { leases } from './leases.ts';
import { ordering } from './ordering.ts';
import { publishing } from './publishing.ts';
import { replay } from './replay.ts';
import { retrying } from './retrying.ts';
import { settings } from './settings.ts';
import { streams } from './streams.ts';

/**
 * The contract of a Pub/Sub: what Google's documentation promises, as far as anything here relies on it, and what the
 * implementation's table says that it does otherwise. Its tests wait for leases of 10 s and more, and so run side by
 * side.
 */
export function describePubSubContract(features: Features, broker: () => Broker): void {
  vi.setConfig({ maxConcurrency: 200, testTimeout: 100_000 });
  const groups = {
    administration,
    'settings of a subscription': settings,
    publishing,
    delivery,
    leases,
    retrying,
    'dead letters': deadLetter,
    ordering,
    filters: filtering,
    'seek and snapshots': replay,
    'exactly-once delivery': exactlyOnce,
    streams,
  };
  describeContract(groups, features, broker);
}

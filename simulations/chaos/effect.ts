import type { GetCountsResponse } from '../../proto/generated/pubsub/v1/misbehaviour.ts';
import type { FaultResult } from './run-fault.ts';

/** What the embedded Pub/Sub has done wrong so far, as it counts it. */
export type Misdeeds = Pick<GetCountsResponse, 'refusedPublishes' | 'unconfirmedPublishes' | 'cutStreams'>;

/** In words, for what a fault did not do. */
const WORDS: Readonly<Record<keyof Misdeeds, string>> = {
  refusedPublishes: 'refused a publish',
  unconfirmedPublishes: 'left a publish unconfirmed',
  cutStreams: 'cut a stream',
};

/** What each way of misbehaving must have counted at least one of. That publishes are late or reordered, nothing counts. */
const COUNTED: Readonly<Record<string, readonly (keyof Misdeeds)[]>> = {
  refuse: ['refusedPublishes'],
  'lose-confirmations': ['unconfirmedPublishes'],
  cut: ['cutStreams'],
  all: ['refusedPublishes', 'unconfirmedPublishes', 'cutStreams'],
};

/** These have no counter of their own, but show as deliveries that come again. */
const REPEATING: readonly string[] = ['drop-acks', 'duplicate'];

/**
 * Why a fault proves nothing, although nothing was lost: no event was published, or it did not do what it is
 * there for. One that was cut short had no time for it, and is not judged.
 *
 * @param before what Pub/Sub counted before the fault, and `after` when it was repaired; undefined where it does not count
 * @returns a sentence each; empty when the fault was one
 */
export function shortcomings(
  { fault: { part, how }, outcome, redeliveries, isCutShort }: Omit<FaultResult, 'shortcomings'>,
  before: Misdeeds | undefined,
  after: Misdeeds | undefined,
): string[] {
  if (isCutShort) return [];
  const found = outcome.events === 0 ? ['no event was published'] : [];
  if (part !== 'pubsub') return found;
  const counted = COUNTED[how];
  if (counted) {
    const hasCounted = before && after && counted.some((name) => after[name] > before[name]);
    if (!hasCounted) found.push(`Pub/Sub never ${counted.map((name) => WORDS[name]).join(', nor ')}`);
  }
  if (REPEATING.includes(how) && redeliveries === 0) found.push('nothing was delivered again');
  return found;
}

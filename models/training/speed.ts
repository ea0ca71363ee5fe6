import type { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import type { Scorer } from '../scorer.ts';
import type { Listing } from './listings.ts';

/** Bytes of text, in UTF-8, of the listings that the speed is measured with. */
export const TYPICAL_BYTES = 600;

/** Listings whose description was lengthened by those of others until the text has the typical size. */
export function typicalInputs(listings: readonly Listing[], count: number): PredictInput[] {
  return Array.from({ length: count }, (_, index) => {
    const { item, enrichment } = listings[index % listings.length]!.input;
    if (item === undefined) throw new Error('the generator made a listing without an item');
    let description = item.description;
    for (let next = index + 1; Buffer.byteLength(item.title + description) < TYPICAL_BYTES; next++) {
      description += ` ${listings[next % listings.length]!.input.item?.description ?? ''}`;
    }
    return { item: { ...item, description }, enrichment };
  });
}

/**
 * Items that one core scores in a second of processor time (other programs on the machine don't count), measured for
 * about `milliseconds` after a warm-up of the same length.
 */
export function itemsPerSecond(scorer: Scorer, inputs: readonly PredictInput[], milliseconds: number): number {
  run(milliseconds);
  return run(milliseconds);

  function run(duration: number): number {
    const started = process.cpuUsage();
    let scored = 0;
    let used = 0;
    while (used < duration) {
      for (const input of inputs) scorer.score(input);
      scored += inputs.length;
      const { user, system } = process.cpuUsage(started);
      used = (user + system) / 1000;
    }
    return (scored / used) * 1000;
  }
}

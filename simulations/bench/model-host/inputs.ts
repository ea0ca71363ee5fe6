import { syntheticProfile } from '../../../infra/catalog/synthetic-profiles.ts';
import type { Scorer } from '../../../models/scorer.ts';
import { PredictInput } from '../../../proto/generated/moderation/v1/model.ts';
import type { ValidEvent } from '../../../proxy/moderation/event.ts';
import { createSubject } from '../../../proxy/panel/subject.ts';

/** What a model is asked about: as the proxy encodes it, and as the model sees it. */
export interface Inputs {
  readonly encoded: readonly Uint8Array[];
  readonly decoded: readonly PredictInput[];
}

/**
 * The listings as inputs of a model. Where it needs the seller's profile they have it, and those of sellers whom the
 * catalogue does not know are left out.
 *
 * @throws Error when it scores one of them neither with the profile nor without
 */
export function inputsFor(scorer: Scorer, listings: readonly ValidEvent[]): Inputs {
  const bare = listings.map(({ item }) => createSubject(item, { seller: undefined }).input([]));
  const inputs = inputsOf(bare);
  if (problemOf(scorer, inputs) === undefined) return inputs;

  const enriched = listings.flatMap(({ item }) => {
    const seller = syntheticProfile(item.sellerId);
    return seller ? [createSubject(item, { seller }).input(['seller'])] : [];
  });
  const enrichedInputs = inputsOf(enriched);
  const problem = problemOf(scorer, enrichedInputs);
  if (problem !== undefined) throw new Error(`${scorer.version} does not score a listing: ${problem}`);
  return enrichedInputs;
}

function inputsOf(encoded: readonly Uint8Array[]): Inputs {
  return { encoded, decoded: encoded.map((input) => PredictInput.decode(input)) };
}

/** Why the first of the inputs that has no probability has none. */
function problemOf(scorer: Scorer, { decoded }: Inputs): string | undefined {
  for (const input of decoded) {
    const { probability, error } = scorer.score(input);
    if (probability === undefined) return error?.message ?? 'no probability';
  }
  return undefined;
}

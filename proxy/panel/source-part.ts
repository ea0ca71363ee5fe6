import { encoded } from '../../proto/encoding.ts';
import { type Enrichment, PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import type { Source } from '../config-schema.ts';
import { digestOf } from './digest.ts';

/** What a source says, as models see it. */
export interface Part {
  /** In the wire format of moderation.v1.PredictInput, with nothing else in it. */
  readonly input: Uint8Array;
  readonly digest: string;
}

/** By what the source has said: a seller's profile is the same object for all its items. */
const parts = new WeakMap<object, Part>();
const NOTHING: Enrichment = { seller: undefined };
const NOTHING_SAID: Part = { input: encodePart(NOTHING), digest: '' };

/** What is needed and not there has a part, too: the model is told that there is none. */
export function partOf(source: Source, enrichment: Enrichment): Part {
  const said = enrichment[source];
  if (!said) return NOTHING_SAID;
  let part = parts.get(said);
  if (!part) {
    part = { input: encodePart({ ...NOTHING, [source]: said }), digest: digestOf(said) };
    parts.set(said, part);
  }
  return part;
}

function encodePart(enrichment: Enrichment): Uint8Array {
  return encoded(PredictInput, { item: undefined, enrichment });
}

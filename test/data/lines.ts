import { createRandom } from '../../models/training/random.ts';
import type { PlannedEvent, PlannedLine } from './event.ts';
import { EventMaker } from './event.ts';
import { histories } from './histories.ts';
import { invalidMessages } from './invalid-messages.ts';
import { everyday, harmless, unusual, violating } from './listings.ts';
import { unusualDeliveries } from './unusual-deliveries.ts';

const seed = 20260301;

/** The content of items.jsonl, the same on every machine. */
export function fileContent(): string {
  const random = createRandom(seed);
  const make = new EventMaker(random);
  const events = [violating, harmless, everyday, unusual, histories].flatMap((kind) => kind(make, random));
  const lines = [...events.map(asLine), ...unusualDeliveries(make, random), ...invalidMessages(make, random)];
  return `${lines
    .sort((a, b) => a.at - b.at)
    .map(({ content }) => content)
    .join('\n')}\n`;
}

function asLine({ at, event }: PlannedEvent): PlannedLine {
  return { at, content: JSON.stringify(event) };
}

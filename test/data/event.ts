import type { Random } from '../../models/training/random.ts';

/** An ItemEvent in proto3 JSON, as a publisher writes it. */
export interface EventJson {
  eventId: string;
  type: 'LISTED' | 'UPDATED' | 'DELISTED';
  item: ItemJson;
  /** RFC 3339. */
  occurredAt: string;
}

export interface ItemJson {
  itemId: string;
  /** proto3 JSON writes 64-bit numbers as text and takes either. */
  revision: number | string;
  sellerId: string;
  title: string;
  description: string;
  category: string;
  price: { currency: string; minorUnits: number | string };
  imageUrls: string[];
}

export type Words = Pick<ItemJson, 'title' | 'description' | 'category'>;

/** An event and when it is sent, 0 to 1, which is its place in the file. */
export interface PlannedEvent {
  at: number;
  event: EventJson;
}

/** A line and its place in the file. */
export interface PlannedLine {
  at: number;
  content: string;
}

const firstMs = Date.UTC(2026, 2, 1, 9);
const spanMs = 3_600_000;

/** The time that belongs to a place in the file. */
export function timeAt(at: number): string {
  return new Date(Math.round(firstMs + at * spanMs)).toISOString();
}

/** Makes events whose ids tell what each is there for: `event-0007-weapons-spaced` is of `item-0007`. */
export class EventMaker {
  readonly #random: Random;
  #made = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A new item. `dubious` sellers are mostly new ones and ones with a past. */
  listed(kind: string, at: number, words: Words, seller: 'any' | 'dubious' = 'any'): PlannedEvent {
    const number = this.#nextNumber();
    const item = {
      itemId: `item-${number}`,
      revision: 1,
      sellerId: this.#seller(seller),
      ...words,
      price: this.#price(words.title),
      imageUrls: this.#imageUrls(number),
    };
    return { at, event: { eventId: `event-${number}-${kind}`, type: 'LISTED', item, occurredAt: timeAt(at) } };
  }

  /** What becomes of an item `later` in the file. */
  after(
    first: PlannedEvent,
    kind: string,
    later: number,
    type: EventJson['type'],
    changes: Partial<ItemJson>,
  ): PlannedEvent {
    const at = first.at + later;
    const item = { ...first.event.item, ...changes };
    return { at, event: { eventId: `event-${this.#nextNumber()}-${kind}`, type, item, occurredAt: timeAt(at) } };
  }

  #nextNumber(): string {
    this.#made++;
    return `${this.#made}`.padStart(4, '0');
  }

  #seller(kind: 'any' | 'dubious'): string {
    const [bad, recent, unknown] = kind === 'dubious' ? [0.4, 0.75, 0.77] : [0.03, 0.09, 0.12];
    const draw = this.#random.next();
    const prefix = draw < bad! ? 'bad' : draw < recent! ? 'new' : draw < unknown! ? 'unknown' : 'seller';
    return `${prefix}-${`${this.#random.below(150)}`.padStart(3, '0')}`;
  }

  #price(title: string): ItemJson['price'] {
    const minorUnits = Math.round(this.#random.logBetween(500, 60_000));
    const currency = /[\u3040-\u30ff\u4e00-\u9fff]/.test(title)
      ? 'JPY'
      : this.#random.pick(['USD', 'USD', 'EUR', 'GBP']);
    return { currency, minorUnits: this.#random.chance(0.2) ? `${minorUnits}` : minorUnits };
  }

  #imageUrls(number: string): string[] {
    return Array.from({ length: this.#random.below(5) }, (_, i) => `https://images.example/${number}/${i + 1}.jpg`);
  }
}

import type { Appointment } from './agenda.ts';
import type { Entry } from './entry.ts';
import { Fifo } from './fifo.ts';

/** What happens when a lane's pause is over. */
export interface LaneOwner {
  pauseOver(lane: KeyLane): void;
}

/**
 * The messages of one ordering key in one subscription, delivered in the order of publishing. When one of them fails,
 * what was delivered after it is delivered again, the acknowledged ones too (cloud.google.com/pubsub/docs/ordering): an
 * acknowledged message is forgotten only when all before it are acknowledged.
 */
export class KeyLane implements Appointment {
  readonly key: string;
  readonly #owner: LaneOwner;
  readonly #entries = new Fifo<Entry>();
  /** The position of the first entry. */
  #base = 0;
  /** The position of the next entry to deliver. */
  #next = 0;
  /** How many are leased. */
  outstanding = 0;
  /** Who holds them, where it was said; as long as any are leased only it gets more. */
  receiver: object | undefined;
  /** Which queue it waits in to be delivered from; what else refers to it is out of date. */
  queuedIn: object | undefined;
  /** The end of the pause after a failure. */
  dueMs = Number.POSITIVE_INFINITY;
  slot: Appointment['slot'];

  constructor(key: string, owner: LaneOwner) {
    this.key = key;
    this.#owner = owner;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get isPaused(): boolean {
    return this.dueMs !== Number.POSITIVE_INFINITY;
  }

  /** Whether an entry of this key may still be delivered again. */
  holds(entry: Entry): boolean {
    return entry.position >= this.#base;
  }

  append(entry: Entry): void {
    entry.position = this.#base + this.#entries.length;
    this.#entries.push(entry);
  }

  /** The next entry to deliver; undefined when all are, or in a pause. */
  get next(): Entry | undefined {
    if (this.isPaused) return undefined;
    for (;;) {
      const entry = this.#entries.at(this.#next - this.#base);
      if (entry?.state !== 'gone') return entry;
      this.#next += 1;
    }
  }

  /** The entry that is next was delivered. */
  advance(): void {
    this.#next += 1;
  }

  /** Goes back to an entry: answers those that were delivered after it, which are to be delivered again. */
  rewind(entry: Entry): Entry[] {
    const later: Entry[] = [];
    for (let position = entry.position + 1; position < this.#next; position += 1) {
      const other = this.#entries.at(position - this.#base);
      if (other && other.state !== 'gone') later.push(other);
    }
    this.#next = entry.position;
    return later;
  }

  /** Forgets the settled entries at the head, and answers them. */
  takeSettled(): Entry[] {
    const settled: Entry[] = [];
    for (let head = this.#entries.peek(); head && !head.isUnacked; head = this.#entries.peek()) {
      settled.push(head);
      this.#entries.shift();
      this.#base += 1;
    }
    this.#next = Math.max(this.#next, this.#base);
    return settled;
  }

  onDue(): void {
    this.#owner.pauseOver(this);
  }
}

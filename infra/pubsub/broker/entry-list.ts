import type { Entry } from './entry.ts';
import { type Stored, storedBytes } from './stored.ts';

/** The entries of a subscription in the order of publishing. All in constant time, amortised. */
export class EntryList {
  readonly #stored: Stored;
  #bytes = 0;
  #first: Entry | undefined;
  #last: Entry | undefined;
  /** No entry before this one is unacknowledged. */
  #cursor: Entry | undefined;

  /** @param stored counts in addition what the list holds */
  constructor(stored: Stored) {
    this.#stored = stored;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Entry | undefined {
    return this.#first;
  }

  append(entry: Entry): void {
    entry.previous = this.#last;
    if (this.#last) this.#last.next = entry;
    else this.#first = entry;
    this.#last = entry;
    this.#cursor ??= entry;
    this.#count(storedBytes(entry.message));
  }

  remove(entry: Entry): void {
    if (this.#cursor === entry) this.#cursor = entry.next;
    if (entry.previous) entry.previous.next = entry.next;
    else this.#first = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
    else this.#last = entry.previous;
    entry.previous = undefined;
    entry.next = undefined;
    this.#count(-storedBytes(entry.message));
  }

  /** An acknowledged entry is taken back only for the sake of an earlier one that is not, so that the cursor holds. */
  get oldestUnacked(): Entry | undefined {
    while (this.#cursor && !this.#cursor.isUnacked) this.#cursor = this.#cursor.next;
    return this.#cursor;
  }

  clear(): void {
    this.#first = undefined;
    this.#last = undefined;
    this.#cursor = undefined;
    this.#count(-this.#bytes);
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (let entry = this.#first; entry; entry = entry.next) yield entry;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#stored.bytes += bytes;
  }
}

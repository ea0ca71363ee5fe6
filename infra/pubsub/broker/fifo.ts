/** A queue, first in, first out, with constant time for each operation; an array's own shift moves all that follows. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  shift(): Item | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    // Moving the rest costs less than what was taken since the last time.
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The item at that distance from the head. */
  at(index: number): Item | undefined {
    return index >= 0 ? this.#items[this.#head + index] : undefined;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}

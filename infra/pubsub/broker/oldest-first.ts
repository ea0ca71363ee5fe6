import { Heap } from 'heap-js';

interface Place<Item> {
  readonly sequence: number;
  readonly order: number;
  readonly item: Item;
}

/** A queue that gives out what was published first, whenever it came; of what is equally old, what came first. */
export class OldestFirst<Item> {
  readonly #places = new Heap<Place<Item>>((a, b) => a.sequence - b.sequence || a.order - b.order);
  #order = 0;

  get length(): number {
    return this.#places.length;
  }

  /** @param sequence its place in the order of publishing */
  push(item: Item, sequence: number): void {
    this.#places.push({ sequence, order: this.#order++, item });
  }

  peek(): Item | undefined {
    return this.#places.peek()?.item;
  }

  shift(): Item | undefined {
    return this.#places.pop()?.item;
  }

  clear(): void {
    this.#places.clear();
  }
}

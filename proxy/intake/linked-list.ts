/** Where something stands in a {@link LinkedList}. */
export interface Place<T> {
  value: T;
  previous: Place<T> | undefined;
  next: Place<T> | undefined;
  isTaken: boolean;
}

/**
 * Things in the order in which they were added. A Set would do the same, but leaves a table behind each time it grows or is
 * rid of its holes, and those are old: until the next full collection whatever was in one then is copied along as if it
 * were in use, here whole messages that were settled long ago. What is removed from a list is reached by nothing of it.
 */
export class LinkedList<T> implements Iterable<T> {
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** At the end. Returns what {@link remove} takes. */
  add(value: T): Place<T> {
    const previous = this.#last;
    const place: Place<T> = { value, previous, next: undefined, isTaken: true };
    if (previous) previous.next = place;
    else this.#first = place;
    this.#last = place;
    this.#size++;
    return place;
  }

  /** Without effect the second time. */
  remove(place: Place<T>): void {
    if (!place.isTaken) return;
    const { previous, next } = place;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    place.isTaken = false;
    // Else a place that is old and gone would keep those that came after it.
    place.previous = undefined;
    place.next = undefined;
    this.#size--;
  }

  /** Each may be removed when it is its turn, but not others. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    let place = this.#first;
    while (place) {
      const { value, next } = place;
      yield value;
      place = next;
    }
  }
}

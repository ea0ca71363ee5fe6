import { type Duplicate, Entry } from './entry.ts';
import { Fifo } from './fifo.ts';
import { KeyLane } from './key-lane.ts';
import { OldestFirst } from './oldest-first.ts';

type Waiting = Entry | KeyLane | Duplicate;

/**
 * What waits for a receiver. What was published first goes first, so that what comes back after a failure takes the place
 * of what is new: no order is promised, and this one is the hardest on whoever gives messages back. (Google's emulator has
 * it after the end of a lease; after a nack the message comes last there.) What has become undeliverable stays in it until
 * it comes up. A lane of which some messages are leased waits in a line of its own, for the receiver that has those.
 */
export class WaitingLine {
  readonly #forAll = new OldestFirst<Waiting>();
  #forOne = new WeakMap<object, Fifo<KeyLane>>();
  #lastWasOwn = false;

  push(waiting: Entry | Duplicate): void {
    const { message } = waiting instanceof Entry ? waiting : waiting.entry;
    this.#forAll.push(waiting, message.sequence);
  }

  /** Puts a lane where it can be delivered from; false when that can't be now. */
  offer(lane: KeyLane): boolean {
    const { next } = lane;
    if (!next) return false;
    const line = lane.outstanding === 0 ? this.#forAll : this.#lineOf(lane.receiver);
    if (!line) return false;
    if (lane.queuedIn !== line) {
      lane.queuedIn = line;
      if (line === this.#forAll) line.push(lane, next.message.sequence);
      else (line as Fifo<KeyLane>).push(lane);
    }
    return true;
  }

  /** Takes the next message that the receiver can have, unless it does not fit. */
  take(receiver: object | undefined, fits: (entry: Entry) => boolean): Entry | undefined {
    for (;;) {
      const line = this.#nextLine(receiver);
      const waiting = line.peek();
      if (!waiting) return undefined;
      const entry = deliverableOf(waiting, line);
      if (entry && !fits(entry)) return undefined;
      line.shift();
      if (waiting instanceof KeyLane && waiting.queuedIn === line) waiting.queuedIn = undefined;
      if (entry) return entry;
    }
  }

  /** Drops what is undeliverable at the head: without a receiver nothing else would. */
  trim(): void {
    for (let head = this.#forAll.peek(); head; head = this.#forAll.peek()) {
      if (deliverableOf(head, this.#forAll)) break;
      this.#forAll.shift();
      if (head instanceof KeyLane && head.queuedIn === this.#forAll) head.queuedIn = undefined;
    }
  }

  clear(): void {
    this.#forAll.clear();
    this.#forOne = new WeakMap();
  }

  /** The receiver's own line and that for all by turns, so that neither keeps the other waiting. */
  #nextLine(receiver: object | undefined): Pick<Fifo<Waiting>, 'peek' | 'shift'> {
    const own = receiver && this.#forOne.get(receiver);
    this.#lastWasOwn = own !== undefined && own.length > 0 && (!this.#lastWasOwn || this.#forAll.length === 0);
    return own && this.#lastWasOwn ? own : this.#forAll;
  }

  #lineOf(receiver: object | undefined): Fifo<KeyLane> | undefined {
    if (!receiver) return undefined;
    let line = this.#forOne.get(receiver);
    if (!line) {
      line = new Fifo();
      this.#forOne.set(receiver, line);
    }
    return line;
  }
}

/** What can be delivered of what waits; undefined when it is out of date. */
function deliverableOf(waiting: Waiting, line: object): Entry | undefined {
  if (waiting instanceof KeyLane) return waiting.queuedIn === line ? waiting.next : undefined;
  if (waiting instanceof Entry) return waiting.state === 'ready' ? waiting : undefined;
  return waiting.entry.state === 'leased' ? waiting.entry : undefined;
}

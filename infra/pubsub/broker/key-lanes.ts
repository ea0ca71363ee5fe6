import type { Agenda } from './agenda.ts';
import type { Entry } from './entry.ts';
import { KeyLane, type LaneOwner } from './key-lane.ts';

/** The ordering keys of one subscription that have messages which may still be delivered. */
export class KeyLanes {
  readonly #lanes = new Map<string, KeyLane>();
  readonly #owner: LaneOwner;
  readonly #agenda: Agenda;

  constructor(owner: LaneOwner, agenda: Agenda) {
    this.#owner = owner;
    this.#agenda = agenda;
  }

  /** The lane of a key, a new one where it has none; undefined for what has no key. */
  of(orderingKey: string): KeyLane | undefined {
    if (orderingKey === '') return undefined;
    let lane = this.#lanes.get(orderingKey);
    if (!lane) {
      lane = new KeyLane(orderingKey, this.#owner);
      this.#lanes.set(orderingKey, lane);
    }
    return lane;
  }

  /** Goes back to an entry that failed, and pauses the key; answers those after it, which are to be delivered again. */
  rewind(lane: KeyLane, to: Entry, untilMs: number | undefined): Entry[] {
    const later = lane.rewind(to);
    if (untilMs !== undefined) this.#agenda.set(lane, untilMs);
    return later;
  }

  /** To be called when an entry of the lane was settled: answers those that can't be delivered again. */
  settle(lane: KeyLane): Entry[] {
    const settled = lane.takeSettled();
    if (!lane.isEmpty) {
      this.#owner.pauseOver(lane);
      return settled;
    }
    this.#agenda.cancel(lane);
    // An acknowledged entry that is retained outlives its lane, and its key may have a new one when it expires.
    if (this.#lanes.get(lane.key) === lane) this.#lanes.delete(lane.key);
    return settled;
  }

  clear(): void {
    for (const lane of this.#lanes.values()) this.#agenda.cancel(lane);
    this.#lanes.clear();
  }
}

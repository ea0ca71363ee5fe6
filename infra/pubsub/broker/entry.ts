import type { Appointment } from './agenda.ts';
import type { KeyLane } from './key-lane.ts';
import type { Receiver, StoredMessage } from './resources.ts';

/** A message as the topic hands it to its subscriptions. */
export interface TopicMessage extends StoredMessage {
  /** Its place in the order of publishing. */
  readonly sequence: number;
  readonly sizeBytes: number;
}

/** What happens with an entry when its time has come. */
export interface EntryOwner {
  leaseEnded(lease: Lease): void;
  backoffOver(entry: Entry): void;
  duplicateDue(duplicate: Duplicate): void;
}

/**
 * - `ready`: waits for a receiver
 * - `resting`: in the pause before its next delivery, or held back
 * - `leased`: with a receiver, or with several
 * - `acknowledged`: kept only for seeking, or because an earlier message of its key may take it back
 * - `gone`: beyond retention, forwarded, sought past; whatever still refers to it drops it
 */
type EntryState = 'ready' | 'resting' | 'leased' | 'acknowledged' | 'gone';

/** A message on its way through one subscription; an element of the list that keeps them in the order of publishing. */
export class Entry implements Appointment {
  readonly owner: EntryOwner;
  readonly message: TopicMessage;
  /** Where the subscription delivers in the order of keys and the message has one. */
  readonly lane: KeyLane | undefined;
  /** Its place in the lane. */
  position = 0;
  state: EntryState = 'resting';
  /** How often it was given back, or not acknowledged in time. */
  failures = 0;
  leases: Lease[] = [];
  previous: Entry | undefined;
  next: Entry | undefined;
  /** The end of its rest. */
  dueMs = Number.POSITIVE_INFINITY;
  slot: Appointment['slot'];

  constructor(owner: EntryOwner, message: TopicMessage, lane: KeyLane | undefined) {
    this.owner = owner;
    this.message = message;
    this.lane = lane;
  }

  get isUnacked(): boolean {
    return this.state !== 'acknowledged' && this.state !== 'gone';
  }

  onDue(): void {
    this.owner.backoffOver(this);
  }
}

/** One delivery, until it is acknowledged, given back or ended. */
export class Lease implements Appointment {
  readonly entry: Entry;
  readonly ackId: string;
  readonly receiver: Receiver | undefined;
  dueMs = Number.POSITIVE_INFINITY;
  slot: Appointment['slot'];

  constructor(entry: Entry, ackId: string, receiver: Receiver | undefined) {
    this.entry = entry;
    this.ackId = ackId;
    this.receiver = receiver;
  }

  onDue(): void {
    this.entry.owner.leaseEnded(this);
  }
}

/** A second delivery of a message whose first one is still leased. */
export class Duplicate implements Appointment {
  readonly entry: Entry;
  dueMs = Number.POSITIVE_INFINITY;
  slot: Appointment['slot'];

  constructor(entry: Entry) {
    this.entry = entry;
  }

  onDue(): void {
    this.entry.owner.duplicateDue(this);
  }
}

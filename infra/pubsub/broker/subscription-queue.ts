import type { Appointment } from './agenda.ts';
import { Duplicate, Entry, type EntryOwner, Lease, type TopicMessage } from './entry.ts';
import { EntryList } from './entry-list.ts';
import type { KeyLane, LaneOwner } from './key-lane.ts';
import { KeyLanes } from './key-lanes.ts';
import type { QueueSurroundings } from './queue-surroundings.ts';
import type { ReceivedMessage, Receiver, StoredMessage, SubscriptionSettings } from './resources.ts';
import { retryDelayMs } from './retry-delay.ts';
import { WaitingLine } from './waiting-line.ts';

export interface TakeOptions {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly ackDeadlineMs: number;
  /** See PullOptions. */
  readonly receiver: Receiver | undefined;
}

/** The messages of one subscription: which wait, which are leased, which rest before they are delivered again. */
export class SubscriptionQueue implements EntryOwner, LaneOwner {
  settings: SubscriptionSettings;
  readonly #around: QueueSurroundings;
  readonly #accepts: (attributes: StoredMessage['attributes']) => boolean;
  readonly #entries: EntryList;
  readonly #line = new WaitingLine();
  readonly #lanes: KeyLanes;
  readonly #leases = new Map<string, Lease>();
  readonly #retention: Appointment;
  #unacked = 0;
  /** Messages, not deliveries: a duplicate does not count. */
  #leased = 0;

  /** @param accepts the subscription's filter */
  constructor(
    settings: SubscriptionSettings,
    accepts: (attributes: StoredMessage['attributes']) => boolean,
    around: QueueSurroundings,
  ) {
    this.settings = settings;
    this.#accepts = accepts;
    this.#around = around;
    this.#entries = new EntryList(around.stored);
    this.#lanes = new KeyLanes(this, around.agenda);
    this.#retention = {
      dueMs: Number.POSITIVE_INFINITY,
      slot: undefined,
      onDue: (nowMs) => this.#dropExpired(nowMs),
    };
  }

  get leased(): number {
    return this.#leased;
  }

  get undelivered(): number {
    return this.#unacked - this.#leased;
  }

  get oldestUnackedPublishTimeMs(): number | undefined {
    return this.#entries.oldestUnacked?.message.publishTimeMs;
  }

  /** What all its messages take, the acknowledged ones that are retained too. */
  get storedBytes(): number {
    return this.#entries.bytes;
  }

  /** The unacknowledged messages in the order of publishing. */
  unacked(): TopicMessage[] {
    return [...this.#entries].filter((entry) => entry.isUnacked).map((entry) => entry.message);
  }

  add(message: TopicMessage): void {
    if (!this.#accepts(message.attributes)) return;
    this.#append(message, 0);
    if (this.#retention.dueMs === Number.POSITIVE_INFINITY) this.scheduleRetention();
  }

  take(options: TakeOptions): ReceivedMessage[] {
    const { maxMessages, maxBytes, ackDeadlineMs } = options;
    const untilMs = this.#around.now() + ackDeadlineMs;
    const receiver = options.receiver ?? (this.settings.enableMessageOrdering ? {} : undefined);
    const received: ReceivedMessage[] = [];
    let bytes = 0;
    const fits = ({ message }: Entry): boolean => received.length === 0 || bytes + message.sizeBytes <= maxBytes;
    while (received.length < maxMessages) {
      const entry = this.#line.take(receiver, fits);
      if (!entry) break;
      bytes += entry.message.sizeBytes;
      received.push(this.#lease(entry, untilMs, receiver));
      if (entry.lane) this.#line.offer(entry.lane);
    }
    return received;
  }

  acknowledge(ackId: string, nowMs: number): boolean {
    const lease = this.#leases.get(ackId);
    if (!lease || lease.dueMs <= nowMs) return false;
    if (!this.settings.enableExactlyOnceDelivery && this.#around.chance.dropsAck()) return true;
    const { entry } = lease;
    this.#endLeases(entry);
    entry.state = 'acknowledged';
    this.#unacked -= 1;
    if (entry.lane) this.#settleLane(entry.lane);
    else this.#forget(entry);
    return true;
  }

  /** @param deadlineMs 0 gives the message back */
  modifyDeadline(ackId: string, deadlineMs: number, nowMs: number): boolean {
    const lease = this.#leases.get(ackId);
    if (!lease || lease.dueMs <= nowMs) return false;
    if (deadlineMs > 0) this.#around.agenda.set(lease, nowMs + deadlineMs);
    else if (this.settings.enableExactlyOnceDelivery || !this.#around.chance.dropsAck()) this.leaseEnded(lease);
    return true;
  }

  /** Makes exactly those messages unacknowledged and ends all leases. What is not kept is added from `missing`. */
  replay(isUnacked: (message: TopicMessage) => boolean, missing: readonly TopicMessage[]): void {
    const kept = [...this.#entries];
    const known = new Set(kept.map((entry) => entry.message.sequence));
    const failures = new Map(kept.map((entry) => [entry.message.sequence, entry.failures]));
    const added = missing.filter((message) => !known.has(message.sequence) && this.#accepts(message.attributes));
    const messages = [...kept.map((entry) => entry.message), ...added].sort((a, b) => a.sequence - b.sequence);
    this.clear();
    for (const message of messages) {
      if (isUnacked(message)) this.#append(message, failures.get(message.sequence) ?? 0);
      else if (this.settings.retainAckedMessages && known.has(message.sequence)) this.#appendAcknowledged(message);
    }
    this.scheduleRetention();
  }

  /** Drops everything, also what is leased. */
  clear(): void {
    for (const entry of this.#entries) {
      this.#endLeases(entry);
      this.#around.agenda.cancel(entry);
      entry.state = 'gone';
    }
    this.#around.agenda.cancel(this.#retention);
    this.#entries.clear();
    this.#line.clear();
    this.#lanes.clear();
    this.#unacked = 0;
  }

  /** To be called when the retention was changed. */
  scheduleRetention(): void {
    const first = this.#entries.first;
    if (first) this.#around.agenda.set(this.#retention, first.message.publishTimeMs + this.settings.retentionMs);
  }

  /** Forgets acknowledged messages; to be called when they are no longer to be kept. */
  dropAcknowledged(): void {
    for (const entry of [...this.#entries]) {
      if (entry.state === 'acknowledged' && !entry.lane?.holds(entry)) this.#forget(entry);
    }
  }

  leaseEnded(lease: Lease): void {
    const { entry } = lease;
    if (entry.leases.length > 1) {
      // Another receiver still has it.
      entry.leases = entry.leases.filter((other) => other !== lease);
      this.#endLease(lease);
      return;
    }
    this.#endLeases(entry);
    entry.failures += 1;
    const { deadLetterPolicy, retryPolicy } = this.settings;
    const isLast = deadLetterPolicy && entry.failures >= deadLetterPolicy.maxDeliveryAttempts;
    if (isLast && this.#around.forward(entry.message, this.settings, entry.failures)) {
      this.#drop(entry);
      return;
    }
    const delayMs = retryDelayMs(retryPolicy, entry.failures);
    if (entry.lane) this.#rewind(entry.lane, entry, delayMs);
    else if (delayMs > 0) this.#around.agenda.set(entry, this.#around.now() + delayMs);
    else this.#makeReady(entry);
  }

  backoffOver(entry: Entry): void {
    this.#makeReady(entry);
  }

  duplicateDue(duplicate: Duplicate): void {
    if (duplicate.entry.state !== 'leased') return;
    this.#line.push(duplicate);
    this.#around.deliverable(this);
  }

  pauseOver(lane: KeyLane): void {
    if (this.#line.offer(lane)) this.#around.deliverable(this);
  }

  #append(message: TopicMessage, failures: number): void {
    const lane = this.settings.enableMessageOrdering ? this.#lanes.of(message.orderingKey) : undefined;
    const entry = new Entry(this, message, lane);
    entry.failures = failures;
    this.#entries.append(entry);
    this.#unacked += 1;
    if (lane) {
      lane.append(entry);
      this.pauseOver(lane);
      return;
    }
    const holdBackMs = this.#around.chance.holdBackMs();
    if (holdBackMs === undefined) this.#makeReady(entry);
    else this.#around.agenda.set(entry, this.#around.now() + holdBackMs);
  }

  #appendAcknowledged(message: TopicMessage): void {
    const entry = new Entry(this, message, undefined);
    entry.state = 'acknowledged';
    this.#entries.append(entry);
  }

  #makeReady(entry: Entry): void {
    entry.state = 'ready';
    this.#line.push(entry);
    this.#around.deliverable(this);
  }

  #lease(entry: Entry, untilMs: number, receiver: Receiver | undefined): ReceivedMessage {
    const { agenda, chance, newAckId } = this.#around;
    const lease = new Lease(entry, newAckId(), receiver);
    entry.leases.push(lease);
    this.#leases.set(lease.ackId, lease);
    agenda.set(lease, untilMs);
    const isFirst = entry.state !== 'leased';
    if (isFirst) this.#leased += 1;
    entry.state = 'leased';
    if (entry.lane) {
      entry.lane.outstanding += 1;
      entry.lane.receiver = receiver;
      entry.lane.advance();
    } else if (isFirst && !this.settings.enableExactlyOnceDelivery) {
      const afterMs = chance.duplicateAfterMs();
      if (afterMs !== undefined) agenda.set(new Duplicate(entry), this.#around.now() + afterMs);
    }
    const deliveryAttempt = this.settings.deadLetterPolicy ? entry.failures + 1 : 0;
    return { ackId: lease.ackId, message: entry.message, deliveryAttempt };
  }

  #endLeases(entry: Entry): void {
    if (entry.state !== 'leased') return;
    for (const lease of entry.leases) this.#endLease(lease);
    entry.leases = [];
    entry.state = 'resting';
    this.#leased -= 1;
    if (entry.lane) entry.lane.outstanding -= 1;
  }

  #endLease(lease: Lease): void {
    this.#leases.delete(lease.ackId);
    this.#around.agenda.cancel(lease);
    lease.receiver?.leaseEnded?.(lease.ackId);
  }

  /** Takes back what was delivered after an entry of the same key, and pauses the key. */
  #rewind(lane: KeyLane, to: Entry, delayMs: number): void {
    const untilMs = delayMs > 0 ? this.#around.now() + delayMs : undefined;
    for (const entry of this.#lanes.rewind(lane, to, untilMs)) {
      if (!entry.isUnacked) this.#unacked += 1;
      this.#endLeases(entry);
      entry.state = 'resting';
    }
    if (untilMs === undefined) this.pauseOver(lane);
  }

  #settleLane(lane: KeyLane): void {
    for (const entry of this.#lanes.settle(lane)) this.#forget(entry);
  }

  /** What to do with an entry that is acknowledged for good. */
  #forget(entry: Entry): void {
    if (entry.state === 'gone' || this.settings.retainAckedMessages) return;
    entry.state = 'gone';
    this.#entries.remove(entry);
  }

  #drop(entry: Entry): void {
    this.#endLeases(entry);
    this.#around.agenda.cancel(entry);
    if (entry.isUnacked) this.#unacked -= 1;
    entry.state = 'gone';
    this.#entries.remove(entry);
    if (entry.lane) this.#settleLane(entry.lane);
  }

  #dropExpired(nowMs: number): void {
    for (let first = this.#entries.first; first; first = this.#entries.first) {
      if (first.message.publishTimeMs + this.settings.retentionMs > nowMs) break;
      this.#drop(first);
    }
    this.#line.trim();
    this.scheduleRetention();
  }
}

import type { TopicMessage } from './entry.ts';
import { Fifo } from './fifo.ts';
import type { TopicSettings } from './resources.ts';
import { type Stored, storedBytes } from './stored.ts';
import type { SubscriptionQueue } from './subscription-queue.ts';

/** A topic: who is subscribed, and what of the past is kept for seeking. */
export class Topic {
  settings: TopicSettings;
  readonly queues = new Set<SubscriptionQueue>();
  /** Snapshots keep what was published after them: for each the sequence of the last message before it. */
  readonly #pins = new Map<object, number>();
  readonly #log = new Fifo<TopicMessage>();

  readonly #stored: Stored;
  #logBytes = 0;

  /** @param stored counts in addition what the topic keeps */
  constructor(settings: TopicSettings, stored: Stored) {
    this.settings = settings;
    this.#stored = stored;
  }

  /** What it keeps for seeking takes. */
  get storedBytes(): number {
    return this.#logBytes;
  }

  add(message: TopicMessage): void {
    if (this.settings.retentionMs !== undefined || this.#pins.size > 0) {
      this.#log.push(message);
      this.#count(storedBytes(message));
      this.trim(message.publishTimeMs);
    }
    for (const queue of this.queues) queue.add(message);
  }

  pin(snapshot: object, sequence: number): void {
    this.#pins.set(snapshot, sequence);
  }

  unpin(snapshot: object, nowMs: number): void {
    this.#pins.delete(snapshot);
    this.trim(nowMs);
  }

  publishedSince(timeMs: number, nowMs: number): TopicMessage[] {
    const { retentionMs = 0 } = this.settings;
    const fromMs = Math.max(timeMs, nowMs - retentionMs);
    return this.#kept((message) => message.publishTimeMs >= fromMs);
  }

  publishedAfter(sequence: number): TopicMessage[] {
    return this.#kept((message) => message.sequence > sequence);
  }

  /** Forgets what is neither within the retention nor after a snapshot. */
  trim(nowMs: number): void {
    const keptFromMs =
      this.settings.retentionMs === undefined ? Number.POSITIVE_INFINITY : nowMs - this.settings.retentionMs;
    const keptAfter = Math.min(...this.#pins.values());
    for (let head = this.#log.peek(); head; head = this.#log.peek()) {
      if (head.publishTimeMs >= keptFromMs || head.sequence > keptAfter) break;
      this.#log.shift();
      this.#count(-storedBytes(head));
    }
  }

  #count(bytes: number): void {
    this.#logBytes += bytes;
    this.#stored.bytes += bytes;
  }

  #kept(wanted: (message: TopicMessage) => boolean): TopicMessage[] {
    const messages: TopicMessage[] = [];
    for (let index = 0; index < this.#log.length; index += 1) {
      const message = this.#log.at(index)!;
      if (wanted(message)) messages.push(message);
    }
    return messages;
  }
}

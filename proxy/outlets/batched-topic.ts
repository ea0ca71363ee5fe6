import type { OutgoingMessage } from './messages.ts';
import type { TopicClient } from './publisher.ts';

/**
 * Hands a batch to the broker and resolves with the messages' ids, in their order, when it has confirmed all of it. What
 * it rejects with, every message of the batch is refused with.
 */
export type SendBatch = (messages: readonly OutgoingMessage[]) => Promise<readonly string[]>;

export interface BatchOptions {
  /** Messages of one batch, at most. */
  readonly maxMessages: number;
  /** Bytes of one batch, at most; a message that is larger goes by itself. */
  readonly maxBytes: number;
  /** How long a batch is held back while another is with the broker, in milliseconds. */
  readonly maxHeldMs: number;
}

interface Batch {
  readonly messages: OutgoingMessage[];
  readonly ids: Promise<readonly string[]>;
  readonly leave: () => void;
  bytes: number;
}

/**
 * Publishes in batches, without waiting where there is nothing to wait for: a batch leaves at the end of the event loop's
 * turn when none is with the broker, and else collects what comes until that one is confirmed, until it is full, or until
 * it has been held back for long enough. So a busy topic batches by itself, and a quiet one is as fast as it can be.
 */
export function batchedTopic(send: SendBatch, { maxMessages, maxBytes, maxHeldMs }: BatchOptions): TopicClient {
  let collecting: Batch | undefined;
  let held: NodeJS.Timeout | undefined;
  let underWay = 0;

  function begin(): Batch {
    const { promise, resolve: leave } = Promise.withResolvers<void>();
    const messages: OutgoingMessage[] = [];
    const ids = promise.then(() => send(messages)).finally(onEnd);
    if (underWay === 0) setImmediate(leaveIfIdle);
    else held = setTimeout(leaveNow, maxHeldMs);
    return { messages, ids, leave, bytes: 0 };
  }

  function leaveNow(): void {
    clearTimeout(held);
    if (!collecting) return;
    underWay++;
    collecting.leave();
    collecting = undefined;
  }

  function leaveIfIdle(): void {
    if (underWay === 0) leaveNow();
  }

  function onEnd(): void {
    underWay--;
    leaveIfIdle();
  }

  return {
    publishMessage(message) {
      const bytes = sizeOf(message);
      if (collecting && collecting.bytes + bytes > maxBytes) leaveNow();
      collecting ??= begin();
      const { ids, messages } = collecting;
      const index = messages.push(message) - 1;
      collecting.bytes += bytes;
      if (messages.length >= maxMessages || collecting.bytes >= maxBytes) leaveNow();
      return ids.then((all) => all[index]!);
    },
  };
}

/** Of the message as it travels, without a few bytes of framing for each of its parts. */
function sizeOf({ data, attributes }: OutgoingMessage): number {
  let bytes = data.length;
  for (const name in attributes) bytes += name.length + Buffer.byteLength(attributes[name]!);
  return bytes;
}

import { invalidArgument } from './broker-error.ts';
import type { PublishedMessage } from './resources.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** What Google's service takes (cloud.google.com/pubsub/quotas, and the comments of pubsub.proto). Milliseconds, bytes. */
export const limits = {
  ackDeadlineMs: { min: 10 * second, max: 600 * second, byDefault: 10 * second },
  modifiedDeadlineMs: { min: 0, max: 600 * second },
  backoffMs: { min: 0, max: 600 * second, defaultMinimum: 10 * second, defaultMaximum: 600 * second },
  deliveryAttempts: { min: 5, max: 100, byDefault: 5 },
  retentionMs: { min: 10 * minute, max: 31 * day, byDefault: 7 * day },
  expirationMs: { min: day, byDefault: 31 * day },
  snapshotLifeMs: { min: hour, max: 7 * day },
  messagesPerPublish: 1_000,
  bytesPerPublish: 10_000_000,
  attributes: 100,
  attributeKeyBytes: 256,
  attributeValueBytes: 1_024,
  orderingKeyBytes: 1_024,
  filterBytes: 256,
  labels: 64,
} as const;

/** What Google's own clients put before their attributes, for traces. */
const clientPrefix = 'googclient_';

/** @throws BrokerError when a publish has too few or too many messages, or one that isn't taken; it names which. */
export function checkPublish(messages: readonly PublishedMessage[]): void {
  if (messages.length === 0) throw invalidArgument('messages: there must be at least one.');
  if (messages.length > limits.messagesPerPublish) {
    throw invalidArgument(`messages: at most ${limits.messagesPerPublish} in one request, not ${messages.length}.`);
  }
  const key = messages[0]!.orderingKey;
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    checkMessage(message, `messages[${index}]`);
    if (message.orderingKey !== key) {
      throw invalidArgument(`messages[${index}].ordering_key: all messages of one request must have the same.`);
    }
    bytes += messageBytes(message);
  }
  if (bytes > limits.bytesPerPublish) {
    throw invalidArgument(`messages: at most ${limits.bytesPerPublish} bytes in one request, not ${bytes}.`);
  }
}

function checkMessage({ data, attributes, orderingKey }: PublishedMessage, where: string): void {
  const entries = Object.entries(attributes);
  if (data.length === 0 && entries.length === 0) {
    throw invalidArgument(`${where}: there must be data or at least one attribute.`);
  }
  if (entries.length > limits.attributes) {
    throw invalidArgument(`${where}.attributes: at most ${limits.attributes}, not ${entries.length}.`);
  }
  for (const [key, value] of entries) {
    if (key.startsWith('goog') && !key.startsWith(clientPrefix)) {
      throw invalidArgument(`${where}.attributes: the key ${JSON.stringify(key)} must not begin with goog.`);
    }
    if (key === '') throw invalidArgument(`${where}.attributes: a key must not be empty.`);
    checkBytes(key, limits.attributeKeyBytes, `${where}.attributes: a key`);
    checkBytes(value, limits.attributeValueBytes, `${where}.attributes: the value of ${JSON.stringify(key)}`);
  }
  checkBytes(orderingKey, limits.orderingKeyBytes, `${where}.ordering_key`);
}

function checkBytes(text: string, max: number, what: string): void {
  const bytes = bytesOf(text);
  if (bytes > max) throw invalidArgument(`${what} must have at most ${max} bytes, but has ${bytes}.`);
}

/** The size by which messages are counted: data, attributes and ordering key. */
export function messageBytes({ data, attributes, orderingKey }: PublishedMessage): number {
  let bytes = data.length + bytesOf(orderingKey);
  for (const key in attributes) bytes += bytesOf(key) + bytesOf(attributes[key]!);
  return bytes;
}

function bytesOf(text: string): number {
  return text === '' ? 0 : Buffer.byteLength(text);
}

/** @throws BrokerError unless the value is within the bounds, both included */
export function checkRange(value: number, { min, max }: { min: number; max?: number }, what: string): void {
  if (value >= min && value <= (max ?? Number.POSITIVE_INFINITY)) return;
  const range = max === undefined ? `at least ${inWords(min)}` : `${inWords(min)} to ${inWords(max)}`;
  throw invalidArgument(`${what} must be ${range}, but is ${inWords(value)}.`);
}

function inWords(ms: number): string {
  return `${ms / second} s`;
}

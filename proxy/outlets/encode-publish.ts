import { encoded, lengthDelimited } from '../../proto/encoding.ts';
import type { OutgoingMessage } from './messages.ts';

/** Messages for one topic. */
export interface PublishBatch {
  /** The whole name: `projects/P/topics/T`. */
  readonly topic: string;
  messages: readonly OutgoingMessage[];
}

/** The keys of a decision's attributes, encoded: half of all the texts in a batch are these. */
const NAMES: ReadonlyMap<string, Uint8Array> = new Map(
  ['content-type', 'decision-id', 'event-id', 'item-id', 'revision', 'action', 'completeness', 'source-message-id'].map(
    (name) => [name, encoded((writer) => writer.uint32(lengthDelimited(1)).string(name))],
  ),
);

/** The wire format of a google.pubsub.v1.PublishRequest, straight from what is published. */
export function encodePublish({ topic, messages }: PublishBatch): Buffer {
  return encoded((writer) => {
    writer.uint32(lengthDelimited(1)).string(topic);
    for (const { data, attributes } of messages) {
      writer.uint32(lengthDelimited(2)).fork();
      if (data.length > 0) writer.uint32(lengthDelimited(1)).bytes(data);
      for (const name in attributes) {
        writer.uint32(lengthDelimited(2)).fork();
        const known = NAMES.get(name);
        if (known) writer.raw(known);
        else writer.uint32(lengthDelimited(1)).string(name);
        writer.uint32(lengthDelimited(2)).string(attributes[name]!);
        writer.join();
      }
      writer.join();
    }
  });
}

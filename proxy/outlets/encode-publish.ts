import { type Encoder, encoded, lengthDelimited } from '../../proto/encoding.ts';
import type { OutgoingMessage } from './messages.ts';

/** Messages for one topic. */
export interface PublishBatch {
  /** The whole name: `projects/P/topics/T`. */
  readonly topic: string;
  messages: readonly OutgoingMessage[];
}

const PUBLISH_BATCH: Encoder<PublishBatch> = {
  encode({ topic, messages }, writer) {
    writer.uint32(lengthDelimited(1)).string(topic);
    for (const { data, attributes } of messages) {
      writer.uint32(lengthDelimited(2)).fork();
      if (data.length > 0) writer.uint32(lengthDelimited(1)).bytes(data);
      for (const name in attributes) {
        writer.uint32(lengthDelimited(2)).fork();
        writer.uint32(lengthDelimited(1)).string(name).uint32(lengthDelimited(2)).string(attributes[name]!);
        writer.join();
      }
      writer.join();
    }
  },
};

/** The wire format of a google.pubsub.v1.PublishRequest, straight from what is published. */
export function encodePublish(batch: PublishBatch): Buffer {
  return encoded(PUBLISH_BATCH, batch);
}

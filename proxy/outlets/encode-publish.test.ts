import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PublishRequest } from '../../proto/generated/google/pubsub/v1/pubsub.ts';
import { encodePublish } from './encode-publish.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 100, maxLength: 20_000 }));
const message = fc.record({
  data: fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes)),
  attributes: fc.dictionary(text.filter(Boolean), text, { maxKeys: 9 }),
});

test('a batch is encoded as its definition says, whatever is in it', () => {
  fc.assert(
    fc.property(text, fc.array(message, { maxLength: 9 }), (topic, messages) => {
      const { topic: decodedTopic, messages: decoded } = PublishRequest.decode(encodePublish({ topic, messages }));
      expect(decodedTopic).toBe(topic);
      expect(decoded.map(({ data, attributes }) => ({ data: Buffer.from(data), attributes }))).toEqual(
        messages.map(({ data, attributes }) => ({ data, attributes: { ...attributes } })),
      );
    }),
    { numRuns: 60 },
  );
});

import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** After a message of more bytes the writer is let go: one large message must not hold its memory for ever. */
const MAX_KEPT_BYTES = 1_048_576;

let idle: BinaryWriter | undefined;

/** What writes a message, as generated code does. */
export interface Encoder<M> {
  encode(message: M, writer: BinaryWriter): unknown;
}

/**
 * The bytes of a message. One writer serves all messages, one after the other: a new one begins with a few bytes and
 * doubles them until the message fits, which costs as much as to encode it.
 *
 * @param encoder one that stays: the code that V8 has optimized for a function which is made anew for each message is lost
 * at every full collection, and made again
 */
export function encoded<M>(encoder: Encoder<M>, message: M): Buffer {
  const writer = idle ?? new BinaryWriter();
  // What throws halfway must not leave its half to the next message.
  idle = undefined;
  encoder.encode(message, writer);
  const bytes = writer.finish();
  if (bytes.length <= MAX_KEPT_BYTES) idle = writer;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The tag of a field of strings, bytes or messages, whose length comes first: https://protobuf.dev/programming-guides/encoding */
export function lengthDelimited(field: number): number {
  return (field << 3) | 2;
}

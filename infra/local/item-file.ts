import { createReadStream } from 'node:fs';
import { z } from 'zod';

/** One message to be published on `item-events`. */
export interface FileMessage {
  /** Where it stands in the file, from 1; messages that are repeated have the same. */
  line: number;
  data: Buffer;
  attributes: Record<string, string>;
}

/** A file that can't be read, or a line of it that says something wrong; names both. */
export class ItemFileError extends Error {
  override readonly name = 'ItemFileError';
}

/** Pub/Sub takes messages of 10 MB; in Base64 and in a wrapper that is less than this. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Reads a file of item events, one message a line, as far as it is asked for; memory holds no more than a line and a
 * block of the file.
 *
 * A line is the message's data, byte for byte, whatever it is: events are written as proto3 JSON, and a line that is
 * no JSON at all is a message that the proxy must be able to stand. Blank lines are skipped. What a line can't say
 * is said by a wrapper, `{"$message": {"data": …}}`:
 *
 * - `data` (required): the message's data, as text or, with `"encoding": "base64"`, as bytes;
 * - `attributes`: the message's attributes, by default none;
 * - `repeat`: how many times it is published, 1 (the default) to 1,000;
 * - `padTo`: the size in bytes that it is brought to by filler text at the end of the description; `data` must then
 *   be an event in JSON with a description, smaller than that. It keeps files with events of megabytes small.
 *
 * @throws ItemFileError naming the file and, where one is at fault, the line.
 */
export async function* readItemFile(path: string): AsyncGenerator<FileMessage, void, undefined> {
  let line = 0;
  for await (const bytes of linesOf(path)) {
    line++;
    try {
      if (!bytes.some((byte) => byte > 0x20)) {
        continue;
      }
      if (!isWrapper(bytes)) {
        yield { line, data: bytes, attributes: {} };
        continue;
      }
      const { attributes, repeat, ...content } = parseWrapper(bytes);
      const data = dataOf(content);
      for (let i = 0; i < repeat; i++) {
        yield { line, data, attributes };
      }
    } catch (error) {
      throw error instanceof WrapperError ? new ItemFileError(`${path}:${line}: ${error.message}`) : error;
    }
  }
}

class WrapperError extends Error {
  override readonly name = 'WrapperError';
}

const messageSchema = z.strictObject({
  data: z.string(),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
  attributes: z.record(z.string(), z.string()).default({}),
  repeat: z.int().min(1).max(1_000).default(1),
  padTo: z.int().min(1).max(10_000_000).optional(),
});

/** Enough to see what is wrong. */
const maxFaults = 20;
const maxFaultLength = 300;

const wrapperSchema = z.strictObject({ $message: messageSchema });

/** Told by its first key and not by its being JSON, so that a misspelt wrapper is an error and not a message. */
function isWrapper(line: Buffer): boolean {
  return /^\s*\{\s*"\$message"/.test(line.toString('latin1', 0, 200));
}

function parseWrapper(line: Buffer): z.infer<typeof messageSchema> {
  let json: unknown;
  try {
    json = JSON.parse(line.toString());
  } catch (error) {
    throw new WrapperError(`a line that begins with "$message" must be JSON: ${(error as Error).message}`);
  }
  const parsed = wrapperSchema.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues
      .slice(0, maxFaults)
      .map(({ path, message }) => `${path.join('.') || 'the wrapper'}: ${message}`.slice(0, maxFaultLength));
    throw new WrapperError(faults.join('; '));
  }
  return parsed.data.$message;
}

function dataOf({ data, encoding, padTo }: Pick<z.infer<typeof messageSchema>, 'data' | 'encoding' | 'padTo'>): Buffer {
  if (encoding === 'base64') {
    if (padTo !== undefined) {
      throw new WrapperError('$message.padTo: only text can be padded, not Base64');
    }
    if (!z.base64().safeParse(data).success) {
      throw new WrapperError('$message.data: is not Base64');
    }
    return Buffer.from(data, 'base64');
  }
  return Buffer.from(padTo === undefined ? data : pad(data, padTo));
}

const eventWithDescription = z.looseObject({ item: z.looseObject({ description: z.string() }) });
const filler = 'Kept in a dry place, sent with care. ';

function pad(text: string, size: number): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
    // Refuses what is nested deeper than can be written again.
    JSON.stringify(json);
  } catch {
    json = undefined; // Told below.
  }
  if (!eventWithDescription.safeParse(json).success) {
    throw new WrapperError('$message.padTo: data must be an event in JSON with item.description');
  }
  const event = json as z.infer<typeof eventWithDescription>;
  const missing = size - Buffer.byteLength(JSON.stringify(event));
  if (missing < 0) {
    throw new WrapperError(`$message.padTo: data is ${-missing} bytes longer than ${size} already`);
  }
  event.item.description += filler.repeat(Math.ceil(missing / filler.length)).slice(0, missing);
  return JSON.stringify(event);
}

/** The lines of a file as bytes, without their ends (LF or CRLF): text would not survive bytes that are not UTF-8. */
async function* linesOf(path: string): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 1;
  try {
    for await (const block of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = block.indexOf(0x0a); end !== -1; end = block.indexOf(0x0a, start)) {
        yield withoutCarriageReturn(Buffer.concat([...rest, block.subarray(start, end)]));
        line++;
        rest = [];
        restBytes = 0;
        start = end + 1;
      }
      rest.push(block.subarray(start));
      restBytes += block.length - start;
      if (restBytes > maxLineBytes) {
        throw new ItemFileError(`${path}:${line}: longer than ${maxLineBytes} bytes; is it a file of JSON lines?`);
      }
    }
  } catch (cause) {
    throw isSystemError(cause)
      ? new ItemFileError(`${path}: ${reasons[cause.code] ?? cause.message}`, { cause })
      : cause;
  }
  if (restBytes > 0) {
    yield withoutCarriageReturn(Buffer.concat(rest));
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder, not a file of item events',
  EACCES: 'may not be read by this user',
};

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function withoutCarriageReturn(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}

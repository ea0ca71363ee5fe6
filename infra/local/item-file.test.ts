import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileMessage } from './item-file.ts';
import { ItemFileError, readItemFile } from './item-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eddy-items-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Buffer): Promise<FileMessage[]> {
  const file = join(folder, 'items.jsonl');
  await writeFile(file, content);
  return Array.fromAsync(readItemFile(file));
}

async function readOne(message: object): Promise<FileMessage> {
  const [first] = await read(`${JSON.stringify({ $message: message })}\n`);
  return first!;
}

const faultOf = (content: string | Buffer) => expect(read(content)).rejects;

describe('a file of item events', () => {
  test('is one message a line, byte for byte, whatever the line is', async () => {
    const lines = ['{"eventId": "1" }', '  {"eventId":', 'not JSON at all', '["\\ud800", "🧑‍🚀"]'];
    const messages = await read(lines.join('\n'));
    expect(messages.map(({ data }) => data.toString())).toEqual(lines);
    expect(messages.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    expect(messages[0]!.attributes).toEqual({});
  });

  test('keeps bytes that are not UTF-8', async () => {
    const bytes = Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x22]);
    expect((await read(Buffer.concat([bytes, Buffer.from('\n')])))[0]!.data).toEqual(bytes);
  });

  test('may have blank lines, line ends of Windows, and no line end at its end', async () => {
    const messages = await read('{"a":1}\r\n\n   \r\n{"b":2}');
    expect(messages.map(({ line, data }) => [line, data.toString()])).toEqual([
      [1, '{"a":1}'],
      [4, '{"b":2}'],
    ]);
  });

  test('may be empty', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\n')).toEqual([]);
  });

  test('has lines longer than a block of the file', async () => {
    const long = `"${'あ'.repeat(300_000)}"`;
    const messages = await read(`1\n${long}\n2\n`);
    expect(messages.map(({ data }) => data.toString())).toEqual(['1', long, '2']);
  });

  test('that has no end of a line is no file of lines', async () => {
    await faultOf(Buffer.alloc(17 * 1024 * 1024, 'x')).toThrow(/items\.jsonl:1: longer than 16777216 bytes/);
  });

  test('that is not there, or a folder, is told of', async () => {
    const missing = join(folder, 'nothing.jsonl');
    await expect(Array.fromAsync(readItemFile(missing))).rejects.toThrow(
      new ItemFileError(`${missing}: there is no such file`),
    );
    await expect(Array.fromAsync(readItemFile(folder))).rejects.toThrow('is a folder, not a file of item events');
  });

  test('can be left before its end', async () => {
    const file = join(folder, 'left.jsonl');
    await writeFile(file, '1\n2\n3\n');
    for await (const { data } of readItemFile(file)) {
      expect(data.toString()).toBe('1');
      break;
    }
  });
});

describe('a wrapped message', () => {
  test('has attributes', async () => {
    const message = await readOne({ data: 'x', attributes: { 'content-type': 'text/csv' } });
    expect(message).toEqual({ line: 1, data: Buffer.from('x'), attributes: { 'content-type': 'text/csv' } });
  });

  test('has bytes', async () => {
    const data = Buffer.from([0, 255, 10, 13]);
    expect((await readOne({ data: data.toString('base64'), encoding: 'base64' })).data).toEqual(data);
  });

  test('is delivered as many times as it says', async () => {
    const messages = await read('{"$message": {"data": "twice", "repeat": 2}}\n{}');
    expect(messages.map(({ line, data }) => [line, data.toString()])).toEqual([
      [1, 'twice'],
      [1, 'twice'],
      [2, '{}'],
    ]);
  });

  test('is padded to exactly the size it says, by its description', async () => {
    const event = { eventId: '1', item: { title: 'Brötchen 🥐', description: 'Fresh. ', category: 'food' } };
    const { data } = await readOne({ data: JSON.stringify(event), padTo: 9_000_000 });
    expect(data.length).toBe(9_000_000);
    const padded = JSON.parse(data.toString());
    expect(padded.item.description).toMatch(/^Fresh\. Kept in a dry place/);
    expect({ ...padded, item: { ...padded.item, description: 'Fresh. ' } }).toEqual(event);
  });

  test('can be padded to the size that it has', async () => {
    const data = '{"item":{"description":"a"}}';
    expect((await readOne({ data, padTo: data.length })).data.toString()).toBe(data);
  });

  test('is an error of few words, however much is wrong', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`key-${i}`, i]));
    const unknown = { ['k'.repeat(10_000)]: 1 };
    for (const message of [
      { data: '', attributes },
      { data: '', ...unknown },
    ]) {
      await faultOf(JSON.stringify({ $message: message })).toThrow(/^.{1,7000}$/);
    }
  });

  test('can not be padded where it is nested deeper than can be written', async () => {
    const data = `{"item":{"description":"","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
    await faultOf(JSON.stringify({ $message: { data, padTo: 200_000 } })).toThrow(/:1: \$message\.padTo: data must be/);
  });

  test.each([
    ['{"$message": {"data": "x"}', /:1: a line that begins with "\$message" must be JSON/],
    ['{"$message": {}}', /:1: \$message\.data: .*expected string/],
    ['{"$message": {"data": "x", "colour": "red"}}', /:1: \$message: Unrecognized key: "colour"/],
    ['{"$message": {"data": "x"}, "eventId": "1"}', /:1: the wrapper: Unrecognized key: "eventId"/],
    ['{"$message": {"data": "x", "encoding": "hex"}}', /:1: \$message\.encoding: /],
    ['{"$message": {"data": "x", "attributes": {"a": 1}}}', /:1: \$message\.attributes\.a: .*expected string/],
    ['{"$message": {"data": "x", "repeat": 0}}', /:1: \$message\.repeat: /],
    ['{"$message": {"data": "%%", "encoding": "base64"}}', /:1: \$message\.data: is not Base64/],
    ['{"$message": {"data": "AA==", "encoding": "base64", "padTo": 9}}', /:1: \$message\.padTo: only text/],
    ['{"$message": {"data": "{}", "padTo": 9}}', /:1: \$message\.padTo: data must be an event/],
    ['{"$message": {"data": "{", "padTo": 9}}', /:1: \$message\.padTo: data must be an event/],
    [
      '{"$message": {"data": "{\\"item\\":{\\"description\\":\\"a\\"}}", "padTo": 9}}',
      /:1: \$message\.padTo: data is 19 /,
    ],
    ['\n\n{"$message": 1}', /:3: \$message: .*expected object/],
  ])('is an error with the line and the fault: %s', async (line, fault) => {
    await faultOf(line).toThrow(fault);
    await faultOf(line).toThrow(ItemFileError);
  });
});

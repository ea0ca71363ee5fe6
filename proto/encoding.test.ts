import { BinaryReader, type BinaryWriter } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { encoded } from './encoding.ts';

const write = (writing: (writer: BinaryWriter) => unknown) =>
  encoded({ encode: (_, writer) => writing(writer) }, undefined);
const text = (value: string) => write((writer) => writer.string(value));
const read = (bytes: Uint8Array) => new BinaryReader(bytes).string();

test('messages that are encoded one after the other do not share their bytes', () => {
  const [first, large, last] = [text('first'), text('x'.repeat(2_000_000)), text('last')];
  expect([first, last].map(read)).toEqual(['first', 'last']);
  expect(read(large)).toHaveLength(2_000_000);
});

test('a message that can not be encoded leaves nothing behind', () => {
  expect(() => write((writer) => writer.string('half').uint32(-1))).toThrow();
  expect(read(text('whole'))).toBe('whole');
});

test('a message may be encoded while another one is', () => {
  const outer = write((writer) => writer.bytes(text('inner')));
  expect(read(new BinaryReader(outer).bytes())).toBe('inner');
});

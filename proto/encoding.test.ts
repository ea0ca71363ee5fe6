import { BinaryReader } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { encoded } from './encoding.ts';

const text = (value: string) => encoded((writer) => writer.string(value));
const read = (bytes: Uint8Array) => new BinaryReader(bytes).string();

test('messages that are encoded one after the other do not share their bytes', () => {
  const [first, large, last] = [text('first'), text('x'.repeat(2_000_000)), text('last')];
  expect([first, last].map(read)).toEqual(['first', 'last']);
  expect(read(large)).toHaveLength(2_000_000);
});

test('a message that can not be encoded leaves nothing behind', () => {
  expect(() => encoded((writer) => writer.string('half').uint32(-1))).toThrow();
  expect(read(text('whole'))).toBe('whole');
});

test('a message may be encoded while another one is', () => {
  const outer = encoded((writer) => writer.bytes(text('inner')));
  expect(read(new BinaryReader(outer).bytes())).toBe('inner');
});

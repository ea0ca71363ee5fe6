import fc from 'fast-check';
import { anyText } from '../../proxy/testing/arbitraries.ts';

/** Names that mean something to JavaScript. */
export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
];

/** Texts that have been trouble somewhere, and any other. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: anyText, weight: 2 },
  fc.constantFrom('', ' ', '0', '-1', '1e3', 'NaN', 'null', 'true', '9007199254740993', '-9223372036854775809', '[]'),
  fc.constantFrom('\u0000', '\ud800', 'a\udc00b', '\ufeff', '\u202e', '\ufffd', '\u{10ffff}', '🧑‍🚀', '\r\n', '\u2028'),
  fc.constantFrom(...PROTOTYPE_NAMES),
  fc.constantFrom(127, 128, 129, 256, 257, 1_000, 1_001, 2_049, 40_000).map((length) => 'x'.repeat(length)),
  fc.constantFrom(128, 129, 1_000).map((length) => '\ud83c'.repeat(length)),
);

export const oddNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 1e21, 1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);

/** Any value that JSON has, of any type. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false),
  oddNumber,
  oddText,
  fc.array(fc.oneof(oddText, oddNumber, fc.constant(null)), { maxLength: 4 }),
  fc.dictionary(oddText, oddNumber, { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Bytes that mean nothing. */
export function anyBytes(maxLength: number): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
}

/** Mostly one of these, sometimes several: of what is changed in many ways at once, the first is all that is seen. */
export function upTo<Value>(most: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.oneof(
    { arbitrary: fc.tuple(arbitrary), weight: 2 },
    fc.array(arbitrary, { minLength: 1, maxLength: most }),
  );
}

/** The bytes with a few of them changed, removed or added, cut off, or said twice. */
export function damaged(whole: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat(whole.length);
  const splice = fc.record({ at, remove: fc.nat(4), insert: anyBytes(4) }).map(
    ({ at, remove, insert }) =>
      (data: Buffer) =>
        Buffer.concat([data.subarray(0, at), insert, data.subarray(at + remove)]),
  );
  const flip = fc.tuple(at, fc.nat(7)).map(([at, bit]) => (data: Buffer) => {
    const copy = Buffer.from(data);
    if (at < copy.length) copy[at] = copy[at]! ^ (1 << bit);
    return copy;
  });
  const cut = at.map((end) => (data: Buffer) => data.subarray(0, end));
  const twice = fc.constant((data: Buffer) => Buffer.concat([data, data]));
  return fc
    .array(fc.oneof({ arbitrary: splice, weight: 4 }, { arbitrary: flip, weight: 4 }, cut, twice), {
      minLength: 1,
      maxLength: 4,
    })
    .map((all) => all.reduce((data, change) => change(data), whole));
}

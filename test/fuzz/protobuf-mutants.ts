import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { anyBytes, damaged, oddText, upTo } from './odd-values.ts';

/** Which fields of a message are messages themselves. */
export interface Shape {
  readonly [field: number]: Shape;
}

const ITEM: Shape = { 7: {} };
const EVENT: Shape = { 3: ITEM, 4: {} };
export const SHAPES = {
  event: EVENT,
  entry: { 1: EVENT, 2: {}, 3: {}, 4: { 1: {} }, 5: {}, 10: {}, 11: {} },
  predictRequest: { 1: { 1: ITEM, 2: { 1: {} } } },
  predictResponse: { 1: { 2: { 3: {} } } },
  profileResponse: { 1: {} },
} satisfies Record<string, Shape>;

/** A field on the wire; what it holds may contradict its type. */
interface Field {
  no: number;
  type: number;
  content: Buffer | Field[];
  /** What it says of its length, where that is not the truth. */
  claimedLength?: Buffer;
}

function fieldsOf(data: Uint8Array, shape: Shape): Field[] {
  const reader = new BinaryReader(data);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const [no, type] = reader.tag();
    const inner = shape[no];
    if (type === WireType.LengthDelimited) {
      const bytes = reader.bytes();
      fields.push({ no, type, content: inner ? fieldsOf(bytes, inner) : Buffer.from(bytes) });
    } else {
      const start = reader.pos;
      reader.skip(type);
      fields.push({ no, type, content: Buffer.from(data.subarray(start, reader.pos)) });
    }
  }
  return fields;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function bytesOf(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(({ no, type, content, claimedLength }) => {
      const inner = Buffer.isBuffer(content) ? content : bytesOf(content);
      const length =
        type === WireType.LengthDelimited ? (claimedLength ?? varint(BigInt(inner.length))) : Buffer.alloc(0);
      return Buffer.concat([varint((BigInt(no) << 3n) | BigInt(type)), length, inner]);
    }),
  );
}

const oddVarint = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 3n, 4n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 8_640_000_000_001n).map(varint),
  fc.constantFrom(253_402_300_799n, 253_402_300_800n, -62_135_596_801n, 9_007_199_254_740_991n).map(varint),
  // More bytes than needed, and more than there may be.
  fc.constantFrom('808000', '80808080808080808000', 'ffffffffffffffffff01', 'ffffffffffffffffffff01', '80').map(hex),
);
const oddFixed = fc
  .constantFrom('000000000000f87f', '000000000000f07f', '000000000000f0ff', '0000c07f', 'ffffff7f', '00')
  .map(hex);
const oddContent = fc.oneof(
  oddVarint,
  oddFixed,
  oddText.map((text) => Buffer.from(text)),
  anyBytes(12),
);

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

/** Groups, closed, open, closed by another's end or a thousand deep, and fields that no version of the contract has. */
const stranger: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ no: fc.constantFrom(0, 12, 100, 19_000, 2 ** 29 - 1), type: fc.nat(7), content: oddContent }),
  fc
    .constantFrom('4b4c', '4b', '4c', '4b54', '4b0a01614c', '4b'.repeat(1_000), `${'4b'.repeat(50)}${'4c'.repeat(50)}`)
    .map((text) => ({ no: 9, type: WireType.StartGroup, content: hex(text) })),
);

type Change = (fields: Field[]) => void;

/** Every list of fields in a message: its own, and those of the messages in it. */
function listsIn(fields: Field[]): Field[][] {
  return [fields, ...fields.flatMap(({ content }) => (Buffer.isBuffer(content) ? [] : listsIn(content)))];
}

const index = fc.nat(10_000);
/** In one of the message's lists, and for one of its fields, which are picked whatever was changed before. */
function placed(change: (list: Field[], at: number) => void): fc.Arbitrary<Change> {
  return fc.tuple(index, index).map(([i, j]) => (fields) => {
    const lists = listsIn(fields);
    const list = lists[i % lists.length]!;
    if (list.length > 0) change(list, j % list.length);
  });
}
const chained = <Value>(arbitrary: fc.Arbitrary<Value>, change: (list: Field[], at: number, value: Value) => void) =>
  arbitrary.chain((value) => placed((list, at) => change(list, at, value)));

const edited = <Part extends keyof Field>(arbitrary: fc.Arbitrary<NonNullable<Field[Part]>>, part: Part) =>
  chained(arbitrary, (list, at, value) => {
    list[at] = { ...list[at]!, [part]: value };
  });

const change: fc.Arbitrary<Change> = fc.oneof(
  placed((list, at) => void list.splice(at, 1)),
  placed((list, at) => void list.push(list[at]!)),
  placed((list) => void list.reverse()),
  { arbitrary: edited(oddContent, 'content'), weight: 5 },
  { arbitrary: chained(oddVarint, setOfType(WireType.Varint)), weight: 3 },
  {
    arbitrary: chained(
      oddText.map((text) => Buffer.from(text)),
      setOfType(WireType.LengthDelimited),
    ),
    weight: 3,
  },
  { arbitrary: chained(oddFixed, setOfType(WireType.Bit64)), weight: 2 },
  edited(fc.nat(7), 'type'),
  edited(fc.constantFrom(0, 1, 2, 3, 4, 5, 99), 'no'),
  edited(oddVarint, 'claimedLength'),
  chained(stranger, (list, at, field) => void list.splice(at, 0, field)),
  placed((list, at) => {
    // The message within itself.
    const { content } = list[at]!;
    if (!Buffer.isBuffer(content)) content.push({ ...list[at]!, content: bytesOf(content) });
  }),
);

/** Sets the value of a field of that type, so that the message stays readable and only what it says is odd. */
function setOfType(type: number) {
  return (list: Field[], at: number, content: Buffer): void => {
    const fitting = list.filter((field) => field.type === type && Buffer.isBuffer(field.content));
    const field = fitting[at % Math.max(1, fitting.length)];
    if (field) field.content = content;
  };
}

/** A message with up to four changes that know its fields, and sometimes damage that does not. */
export function mutatedMessage(whole: Uint8Array, shape: Shape): fc.Arbitrary<Buffer> {
  const mutant = upTo(4, change).map((changes) => {
    const fields = fieldsOf(whole, shape);
    for (const make of changes) make(fields);
    return bytesOf(fields);
  });
  return fc.oneof(
    { arbitrary: mutant, weight: 4 },
    mutant.chain(damaged),
    { arbitrary: damaged(Buffer.from(whole)), weight: 2 },
    fc.array(mutant, { maxLength: 3 }).map((all) => Buffer.concat(all)),
  );
}

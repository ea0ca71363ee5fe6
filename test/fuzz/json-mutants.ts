import fc from 'fast-check';
import { damaged, oddText, oddValue, PROTOTYPE_NAMES, upTo } from './odd-values.ts';

type Container = Record<string, unknown> | unknown[];
type Place = readonly [container: Container, key: string];

/** A change of a value, made in place; `raw` hands in text that stands in the JSON as it is. */
type Change = (whole: Container, raw: (text: string) => unknown) => void;

/** What JSON.stringify can't say: numbers beyond any, deep nesting, keys that stand twice, and what is no JSON. */
const rawText = fc.constantFrom(
  '1e999',
  '-1e999',
  '-0',
  '1e-999',
  '0.1e1',
  '9'.repeat(400),
  '{"a":1,"a":2}',
  '"\\ud800"',
  '"\\u0000"',
  '"\\/"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  `${'{"item":'.repeat(500)}1${'}'.repeat(500)}`,
  'NaN',
  'undefined',
  "'a'",
  '01',
  '"\u0000"',
  '/* no */ 1',
  '',
);

/** Every place in a value where something stands. */
function placesIn(container: Container, found: Place[] = []): Place[] {
  for (const key of Object.keys(container)) {
    found.push([container, key]);
    const inner = (container as Record<string, unknown>)[key];
    if (inner !== null && typeof inner === 'object') placesIn(inner as Container, found);
  }
  return found;
}

function at(whole: Container, index: number): Place | undefined {
  const places = placesIn(whole);
  return places[index % Math.max(1, places.length)];
}

const put = ([container, key]: Place, value: unknown): void => {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
};
const valueAt = ([container, key]: Place): unknown => (container as Record<string, unknown>)[key];

/** At one place of the value: `index` picks it, whatever changes were made before. */
const placed = (change: (place: Place, raw: (text: string) => unknown) => void, index: number): Change => {
  return (whole, raw) => {
    const place = at(whole, index);
    if (place) change(place, raw);
  };
};

const index = fc.nat(10_000);

function changes(values: fc.Arbitrary<unknown>): fc.Arbitrary<Change> {
  const replace = fc.tuple(index, values).map(([i, value]) => placed((place) => put(place, value), i));
  const replaceRaw = fc.tuple(index, rawText).map(([i, text]) => placed((place, raw) => put(place, raw(text)), i));
  const remove = index.map((i) =>
    placed(([container, key]) => {
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else delete container[key];
    }, i),
  );
  const add = fc.tuple(index, fc.oneof(oddText, fc.constantFrom(...PROTOTYPE_NAMES)), values).map(([i, key, value]) =>
    placed(([container]) => {
      if (Array.isArray(container)) container.push(value);
      else put([container, key], value);
    }, i),
  );
  // The key stands a second time, with another value: which of the two holds is the reader's to say.
  const sayTwice = fc.tuple(index, values).map(([i, value]) =>
    placed((place, raw) => {
      const [container, key] = place;
      if (Array.isArray(container)) return;
      put(place, raw(`${JSON.stringify(valueAt(place))},${JSON.stringify(key)}:${JSON.stringify(value)}`));
    }, i),
  );
  const wrap = index.map((i) => placed((place) => put(place, [valueAt(place)]), i));
  const copy = fc.tuple(index, index).map(
    ([i, j]): Change =>
      (whole) => {
        const [to, from] = [at(whole, i), at(whole, j)];
        if (to && from) put(to, copyOf(valueAt(from)));
      },
  );
  return fc.oneof(
    { arbitrary: replace, weight: 6 },
    { arbitrary: replaceRaw, weight: 2 },
    { arbitrary: remove, weight: 2 },
    { arbitrary: add, weight: 2 },
    sayTwice,
    wrap,
    copy,
  );
}

function copyOf<Value>(value: Value): Value {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}

/** The value with up to four changes, as text; `values` are what takes the place of what is there. */
export function mutatedJson(base: Container, values = oddValue): fc.Arbitrary<string> {
  return upTo(4, changes(values)).map((all) => {
    const whole = copyOf(base);
    const texts: string[] = [];
    const raw = (text: string) => `\u0001raw ${texts.push(text) - 1}\u0001`;
    for (const change of all) change(whole, raw);
    let text = JSON.stringify(whole);
    // What was handed in last may hold what was handed in before.
    for (const [i, one] of [...texts.entries()].toReversed()) {
      text = text.replaceAll(JSON.stringify(`\u0001raw ${i}\u0001`), () => one);
    }
    return text;
  });
}

/** As bytes: among them other encodings than UTF-8, a byte order mark, and damage that no editor would do. */
export function mutatedJsonBytes(base: Container): fc.Arbitrary<Buffer> {
  const text = mutatedJson(base);
  return fc.oneof(
    { arbitrary: text.map((one) => Buffer.from(one)), weight: 6 },
    text.map((one) => Buffer.from(`\ufeff${one}`)),
    text.map((one) => Buffer.from(one, 'utf16le')),
    text.map((one) => Buffer.from(one, 'latin1')),
    { arbitrary: text.chain((one) => damaged(Buffer.from(one))), weight: 2 },
    { arbitrary: damaged(Buffer.from(JSON.stringify(base))), weight: 2 },
  );
}

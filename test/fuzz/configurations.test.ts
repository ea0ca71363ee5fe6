import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Config, ConfigError, parseConfig } from '../../proxy/config.ts';
import { type ConfigFault, relationFaults } from '../../proxy/config-relations.ts';
import { mutatedJson } from './json-mutants.ts';
import { damaged, oddText, oddValue } from './odd-values.ts';
import { cpuMsOf, failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

const TEXT = readFileSync('infra/local/eddy.yaml', 'utf8');
const NAMES = [...TEXT.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name!);

const OPEN = `$\{`;
const variable = (inside: string) => `${OPEN}${inside}}`;

/** What stands in a configuration, and what is near it. */
const setting = fc.oneof(
  { arbitrary: oddValue, weight: 2 },
  {
    arbitrary: fc.constantFrom<unknown>(
      '0ms',
      '1ms',
      '300ms',
      '1.5s',
      '2s',
      '1h',
      '61m',
      '366d',
      '367d',
      `${'9'.repeat(400)}d`,
      '5 s',
    ),
    weight: 3,
  },
  fc.constantFrom<unknown>(0, 1, 0.5, 64, 1_000, 1_001, 65_535, 65_536, -1, '8080', '08080'),
  fc.constantFrom<unknown>('redis', 'memory', 'none', 'PASS', 'REVIEW', 'REMOVE', 'LISTED', { baseline: 0.5 }, [
    'title',
  ]),
  fc.constantFrom<unknown>(
    'redis://127.0.0.1:6379',
    'http://h',
    'dns:///weapons:50051',
    ':::',
    'weapons',
    'moderation-decisions',
  ),
  fc
    .constantFrom(
      '$',
      OPEN,
      variable(''),
      variable('A'),
      variable('A:-'),
      variable('A:-1s'),
      variable('A:-{}'),
      variable(`A:-${variable('B')}`),
    )
    .map((text): unknown => text),
);

const yamlPiece = fc.constantFrom(
  ...[
    'a',
    'models',
    'pubsub',
    ':',
    ': ',
    '- ',
    '? ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '|2-\n',
    '#',
    ' #x',
  ],
  ...[
    '\n',
    '\n  ',
    '\n    ',
    '\t',
    '\r\n',
    '\ufeff',
    '\u0000',
    '\u0085',
    '&a ',
    '*a',
    '&a',
    '!!str ',
    '!',
    '!!map ',
    '!<x>',
  ],
  ...[
    '%YAML 1.1\n',
    '%YAML 9.9\n',
    '%TAG ! x\n',
    '---\n',
    '...\n',
    '<<: ',
    '<<: *a',
    '~',
    '.inf',
    '.nan',
    '0x1f',
    '1_000',
  ],
  ...[
    '!!binary "%%"',
    '!!set {a}',
    '!!omap [a: 1]',
    '!!timestamp 2001-01-01',
    '!!js/function x',
    '2001-01-01',
    '\\u0000',
  ],
);
/** Every setting there is, for one model. */
const EVERY_SETTING = {
  pubsub: {
    project: 'test',
    topics: { decisions: 'a', backlog: 'b', quarantine: 'c', deadLetter: 'd' },
    subscriptions: { items: 'e', backlog: 'f' },
    ackDeadline: '1m',
    publishTimeout: '5s',
    maxPublishesInFlight: 10_000,
    decisionEncoding: 'json',
  },
  items: { budget: '2s', maxInFlight: 500, maxBytesInFlight: 1_000_000 },
  backlog: { mode: 'combined', budget: '5s', maxInFlight: 200, maxAge: '1d', maxAttempts: 1_000, share: 0.2 },
  cache: { kind: 'redis', url: 'redis://127.0.0.1', timeout: '15ms', ttl: '1d', maxEntries: 100 },
  enrichment: { seller: { target: 'a:1', timeout: '300ms', ttl: '10m', maxEntries: 5_000, concurrency: 64 } },
  models: {
    weapons: {
      topic: 'weapons',
      target: 'a:1',
      reads: ['title'],
      needs: ['seller'],
      when: { events: ['LISTED'], categories: ['sports'], exceptCategories: ['sports/archery'] },
      timeout: '300ms',
      batch: { max: 32, maxBytes: 1_000 },
      concurrency: { initial: 8, max: 64 },
      queue: 2_000,
      breaker: { failureRate: 0.5, window: '10s', minimumCalls: 20, reset: '5s' },
      policy: { review: 0.7, remove: 0.9, whilePending: 'PASS', whenFailed: { baseline: 0.5 } },
    },
  },
  http: { host: '127.0.0.1', port: 8_080 },
  grpc: { host: '127.0.0.1', port: '50050' },
  shutdown: { drain: '10s' },
  log: { level: 'info' },
};

const document = fc.oneof(
  { arbitrary: mutatedJson(EVERY_SETTING, setting), weight: 12 },
  { arbitrary: mutatedJson(parse(TEXT), setting), weight: 2 },
  { arbitrary: damaged(Buffer.from(TEXT)).map((bytes) => bytes.toString()), weight: 3 },
  { arbitrary: fc.array(yamlPiece, { maxLength: 20 }).map((pieces) => pieces.join('')), weight: 3 },
  {
    arbitrary: fc
      .tuple(fc.nat(TEXT.length), fc.array(yamlPiece, { minLength: 1, maxLength: 3 }))
      .map(([at, pieces]) => TEXT.slice(0, at) + pieces.join('') + TEXT.slice(at)),
    weight: 3,
  },
  fc.tuple(fc.nat(80), fc.nat(80)).map(([line, other]) => {
    const lines = TEXT.split('\n');
    lines.splice(line, 1, lines[other] ?? '');
    return lines.join('\n');
  }),
  oddText,
);
const env = fc.oneof(
  { arbitrary: fc.constant<Record<string, string>>({}), weight: 3 },
  fc.dictionary(fc.constantFrom(...NAMES, 'A', 'B'), oddText, { maxKeys: 4 }),
);

/** That nothing in a configuration is but text, finite numbers, truth and lists and sections of these. */
function expectPlain(value: unknown): void {
  if (value === undefined || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    expect(value).toSatisfy(Number.isFinite);
    return;
  }
  expect(value).toBeTypeOf('object');
  expect(value).not.toBeNull();
  for (const inner of Object.values(value as object)) expectPlain(inner);
}

/** That a wait can be kept by a timer, or at least by a date. */
function expectWaits(longestMs: number, waits: readonly number[]): void {
  for (const ms of waits) expect(ms).toSatisfy((one: number) => Number.isInteger(one) && one >= 1 && one <= longestMs);
}

function expectUsable(config: Config): void {
  expectPlain(config);
  expect(relationFaults(config)).toEqual([]);
  const { pubsub, items, backlog, cache, enrichment, shutdown, models, http, grpc } = config;
  expectWaits(366 * 86_400_000, [backlog.maxAge, cache.ttl, enrichment.seller?.ttl ?? 1]);
  expectWaits(3_600_000, [pubsub.ackDeadline, pubsub.publishTimeout, items.budget, backlog.budget, shutdown.drain]);
  expectWaits(3_600_000, [cache.timeout, enrichment.seller?.timeout ?? 1]);
  for (const { port } of [http, grpc]) {
    expect(port).toSatisfy(
      (one: unknown) => Number.isInteger(one) && (one as number) >= 0 && (one as number) <= 65_535,
    );
  }
  expect(Object.keys(models).length).toBeGreaterThan(0);
  for (const { topic, target, reads, timeout, policy, breaker, queue, batch, concurrency } of Object.values(models)) {
    expect([typeof topic, typeof target, reads.length > 0]).toEqual(['string', 'string', true]);
    expectWaits(items.budget, [timeout]);
    expectWaits(3_600_000, [breaker.window, breaker.reset]);
    for (const count of [queue, batch.max, batch.maxBytes, concurrency.initial, concurrency.max]) {
      expect(count).toSatisfy((one: number) => Number.isSafeInteger(one) && one >= 1);
    }
    for (const share of [policy.review, policy.remove, breaker.failureRate]) {
      expect(share).toSatisfy((one: number) => one >= 0 && one <= 1);
    }
    expect(policy.review).toBeLessThanOrEqual(policy.remove);
  }
}

/** What JavaScript says of itself when it can't go on. */
const STUMBLED = /is not a function|Cannot read|undefined is|Invalid array length|call stack|not iterable/;

/** That the faults can be read and found, and that it is they that are told and not how the reading stumbled. */
function expectClear({ message, faults }: ConfigError): void {
  expect(message.split('\n')[0]).toBe("eddy.yaml can't be used as configuration:");
  expect(message.length).toBeLessThan(20_000);
  expect(faults.length).toBeGreaterThan(0);
  const isClear = ({ path, message: fault }: ConfigFault) =>
    typeof path === 'string' && fault !== '' && !STUMBLED.test(fault);
  expect(faults.filter((fault) => !isClear(fault))).toEqual([]);
}

function readOrRefuse(text: string, given: Record<string, string>): Config | ConfigError {
  try {
    return parseConfig(text, given, 'eddy.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

describe('whatever stands in a configuration file', () => {
  test(
    'it is a configuration to the last value, or its faults are told',
    () => {
      const came = { usable: 0, refused: 0 };
      fc.assert(
        fc.property(document, env, (text, given) => {
          const read = readOrRefuse(text, given);
          if (read instanceof ConfigError) {
            expectClear(read);
            came.refused++;
          } else {
            expectUsable(read);
            came.usable++;
          }
        }),
        runs(250),
      );
      expect(came.usable).toBeGreaterThan(0);
      expect(came.refused).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );
});

const LENGTH = 25_000;
const times = (piece: string, around: readonly [string, string] = ['', '']) =>
  around[0] + piece.repeat(Math.floor(LENGTH / piece.length)) + around[1];
const counted = (of: (i: number) => string, separator = '\n', count = 3_000) =>
  Array.from({ length: count }, (_, i) => of(i)).join(separator);
const levels = (count: number, of: (name: string, inner: string) => string) =>
  Array.from({ length: count }, (_, i) => of(`l${i}`, i === 0 ? 'x' : `*l${i - 1}`)).join('\n');

describe('a configuration file that is made to be slow', () => {
  test.each<[string, string]>([
    ['aliases of aliases in lists', levels(12, (name, inner) => `${name}: &${name} [${Array(9).fill(inner).join()}]`)],
    ['aliases of aliases in sections', levels(30, (name, inner) => `${name}: &${name} {a: ${inner}, b: ${inner}}`)],
    ['an alias of itself', 'pubsub: &a { project: x, topics: *a }\nmodels: {}'],
    ['several aliases of itself', 'a: &a {b: *a, c: *a, d: *a, e: *a, f: [*a, *a, *a, *a]}'],
    ['itself under itself', '&a {b: &b {c: *a, d: *b}, e: [*a, *b, {f: *a}]}'],
    ['one large list, under many aliases', `a: &a [${'x,'.repeat(5_000)}]\nb: [${'*a,'.repeat(90)}]`],
    ['aliases of one thing', `a: &a [x]\nb: [${times('*a,')}]`],
    ['anchors', counted((i) => `- &a${i} x`)],
    ['anchors of one thing', times('&a ')],
    ['tags', times('!a ')],
    ['lists within lists', `a: ${times('[')}`],
    ['lists within lists that are closed', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['items within items', times('- ')],
    ['keys within keys', times('? ')],
    ['sections, each within the other', Array.from({ length: 340 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['keys', counted((i) => `k${i}: 1`, '\n', 10_000)],
    ['keys in a section', `{${counted((i) => `k${i}: 1`, ',')}}`],
    ['one key', times('a: 1\n')],
    ['models', `models: {${counted((i) => `m${i}: {}`, ',')}}`],
    ['quotes', times('"')],
    ['colons', times(': ')],
    ['comments', times('#\n')],
    ['documents', times('---\n')],
    ['directives', times('%YAML 1.2\n')],
    ['lines of a text', times('  x\n', ['a: |\n', ''])],
    ['variables without an end', `a: "${`${OPEN}a:-`.repeat(50_000)}"`],
    ['variables, of which one has an end', times(`${OPEN}a:-`, ['a: "', '}"'])],
    ['beginnings of variables', times(OPEN, ['a: "', '}"'])],
    ['variables', times(variable('A'), ['a: "', '"'])],
    ['nothing but a letter', times('x')],
    ['more than any configuration', 'x'.repeat(50_000_000)],
  ])('is refused in less than two seconds of the processor: %s', (_what, text) => {
    let read: Config | ConfigError | undefined;
    const cpuMs = cpuMsOf(() => {
      read = readOrRefuse(text, {});
    });
    expect(cpuMs).toBeLessThan(2_000);
    expect(read).toBeInstanceOf(ConfigError);
    expectClear(read as ConfigError);
  });

  test('stays small although the environment is large', () => {
    const text = TEXT.replace(variable('WEAPONS_TARGET:-127.0.0.1:50051'), variable('A').repeat(100));
    const cpuMs = cpuMsOf(() => void readOrRefuse(text, { A: 'x'.repeat(131_072) }));
    expect(cpuMs).toBeLessThan(1_000);
  });
});

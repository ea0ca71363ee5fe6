import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError, configJsonSchema, parseConfig, readConfig } from './config.ts';

const MINIMAL = `
pubsub: { project: test }
models:
  weapons: { topic: weapons, target: "127.0.0.1:1", reads: [title], policy: { review: 0.7, remove: 0.95 } }
`;

/** The faults of a configuration, by their paths. */
function faultsOf(text: string, env: Record<string, string> = {}): Record<string, string> {
  try {
    parseConfig(text, env);
  } catch (error) {
    if (error instanceof ConfigError)
      return Object.fromEntries(error.faults.map(({ path, message }) => [path, message]));
    throw error;
  }
  return {};
}

describe('a configuration', () => {
  test('of the least that must be said has defaults for the rest', () => {
    const config = parseConfig(MINIMAL, {});
    expect(config).toMatchObject({
      items: { budget: 2_000 },
      backlog: { mode: 'combined', budget: 15_000, maxAge: 86_400_000, share: 0.2 },
      cache: { kind: 'memory' },
      pubsub: { topics: { backlog: 'moderation-backlog' }, ackDeadline: 60_000, decisionEncoding: 'json' },
      http: { host: '127.0.0.1', port: 8_080 },
      shutdown: { drain: 10_000 },
    });
    expect(config.models['weapons']).toMatchObject({
      when: { events: ['LISTED', 'UPDATED'], exceptCategories: [] },
      timeout: 300,
      batch: { max: 32, maxBytes: 1_048_576 },
      concurrency: { initial: 8, max: 64 },
      breaker: { failureRate: 0.5, window: 10_000, minimumCalls: 20, reset: 5_000 },
      policy: { whilePending: 'PASS', whenFailed: 'REVIEW' },
    });
  });

  test('of the local stack is valid with an empty environment', () => {
    const config = readConfig('infra/local/eddy.yaml', {});
    expect(Object.keys(config.models)).toEqual(['weapons', 'money', 'counterfeit']);
    expect(config.models['counterfeit']).toMatchObject({ needs: ['seller'], policy: { whilePending: 'REVIEW' } });
  });

  test('of the local stack takes its addresses from the environment', () => {
    const env = {
      HTTP_PORT: '0',
      WEAPONS_TARGET: 'dns:///weapons:50051',
      CACHE_KIND: 'redis',
      REDIS_URL: 'rediss://r',
    };
    expect(readConfig('infra/local/eddy.yaml', env)).toMatchObject({
      http: { port: 0 },
      models: { weapons: { target: 'dns:///weapons:50051' } },
      cache: { kind: 'redis', url: 'rediss://r' },
    });
  });
});

describe('the JSON Schema for editors', () => {
  // Zod reads it back as a validator of what it says, whatever the configuration itself would say.
  const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(configJsonSchema())));
  const text = readFileSync('infra/local/eddy.yaml', 'utf8');

  test('accepts the configuration of the local stack, with its variables and with their defaults', () => {
    schema.parse(parse(text));
    schema.parse(parse(text.replace(/\$\{\w+:-([^}]*)\}/g, '$1')));
    schema.parse(parse(MINIMAL));
  });

  test.each([
    ['extra: 1', 'extra'],
    ['backlog: { mode: both }', 'mode'],
    ['items: { budget: 5 }', 'budget'],
    ['items: { budget: 5 minutes }', 'budget'],
    ['http: { port: 99999 }', 'port'],
    ['backlog: { share: 2 }', 'share'],
  ])('refuses %s', (line, where) => {
    const { error } = schema.safeParse(parse(`${MINIMAL}\n${line}`));
    expect(error?.message).toContain(where);
  });

  test('refuses a model whose name is none, and one without its topic', () => {
    expect(schema.safeParse(parse(MINIMAL.replace('weapons:', 'Weapons:'))).success).toBe(false);
    expect(schema.safeParse(parse(MINIMAL.replace('topic: weapons,', ''))).success).toBe(false);
  });
});

describe('a duration', () => {
  const budgetOf = (text: string) =>
    parseConfig(`${MINIMAL}\nbacklog: { budget: 1s, maxAge: ${text} }\ncache: { ttl: 30d }`, {}).backlog.maxAge;

  test.each([
    ['6000ms', 6_000],
    ['6s', 6_000],
    ['6.5s', 6_500],
    ['0.25h', 900_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['6000.4ms', 6_000],
  ])('written %s is %d ms', (text, ms) => {
    expect(budgetOf(text)).toBe(ms);
  });

  test.each(['5', '"5"', '5 s', '-5s', '5sec', '1h30m', '""', 'ms', '.5s', '1e3ms', 'null', '[5s]'])(
    'is not what %s says',
    (text) => {
      const faults = faultsOf(`${MINIMAL}\nbacklog: { maxAge: ${text} }`);
      expect(faults).toEqual({ 'backlog.maxAge': 'expected a duration such as "300ms", "5s", "10m", "24h" or "7d"' });
    },
  );
});

describe('a duration out of bounds', () => {
  test.each(['0ms', '0s', '367d'])('%s is a fault', (text) => {
    expect(faultsOf(`${MINIMAL}\nbacklog: { maxAge: ${text} }\ncache: { ttl: 366d }`)).toEqual({
      'backlog.maxAge': 'expected 1ms to 366d',
    });
  });

  test('a wait that a timer could not keep is a fault', () => {
    expect(faultsOf(`${MINIMAL}\nshutdown: { drain: 30d }`)).toEqual({ 'shutdown.drain': 'expected 1ms to 1h' });
  });
});

describe('the environment', () => {
  const project = (text: string, env: Record<string, string>) =>
    parseConfig(MINIMAL.replace('project: test', `project: "${text}"`), env).pubsub.project;
  const variable = (rest = '') => `\${PROJECT${rest}}`;

  test('stands in for variables, alone or within a text, several times', () => {
    expect(project(variable(), { PROJECT: 'one' })).toBe('one');
    expect(project(`a-${variable()}-\${OTHER}-b`, { PROJECT: 'one', OTHER: 'two' })).toBe('a-one-two-b');
  });

  test('gives way to a default where it is unset or empty', () => {
    expect(project(variable(':-fallback'), {})).toBe('fallback');
    expect(project(variable(':-fallback'), { PROJECT: '' })).toBe('fallback');
    expect(project(variable(':-fallback'), { PROJECT: 'one' })).toBe('one');
    expect(project(variable(':-redis://127.0.0.1:6379'), {})).toBe('redis://127.0.0.1:6379');
  });

  test('is taken as it is: what it says is not looked for variables again', () => {
    expect(project(variable(), { PROJECT: `\${OTHER}` })).toBe(`\${OTHER}`);
    expect(project(variable(), { PROJECT: '$& a: b # c' })).toBe('$& a: b # c');
  });

  test('that lacks a variable is at fault, once for each place', () => {
    expect(faultsOf(MINIMAL.replace('test', `"${variable()}"`).replace('127.0.0.1:1', `\${TARGET}`))).toEqual({
      'pubsub.project': 'the environment variable PROJECT is not set',
      'models.weapons.target': 'the environment variable TARGET is not set',
    });
  });

  test('may give a port, for which it has only text', () => {
    const port = (value: string) => parseConfig(`${MINIMAL}\nhttp: { port: "\${PORT}" }`, { PORT: value }).http.port;
    expect([port('0'), port('8081'), port('65535')]).toEqual([0, 8_081, 65_535]);
    for (const value of ['65536', '-1', 'http', '80.5']) {
      expect(faultsOf(`${MINIMAL}\nhttp: { port: "\${PORT}" }`, { PORT: value })).toHaveProperty(['http.port']);
    }
  });
});

describe('the faults', () => {
  test('are told all at once, each with its path and what was expected', () => {
    const faults = faultsOf(
      `
pubsub: { project: p, decisionEncoding: xml, colour: red }
items: { maxInFlight: 0 }
cache: { kind: disk }
http: { port: 99999 }
models:
  Weapons: { topic: weapons, target: "a:1", reads: [title], policy: { review: 0.7, remove: 0.9 } }
  money:
    topic: money
    target: ""
    reads: [titel]
    needs: [moon]
    timeout: 5
    when: { events: [SOLD] }
    policy: { review: 1.7, remove: "0.9", whilePending: REMOVE, whenFailed: { baseline: 2 } }
log: { level: "\${LEVEL}" }
extra: 1
`,
    );
    const duration = 'expected a duration such as "300ms", "5s", "10m", "24h" or "7d"';
    expect(faults).toMatchObject({
      'pubsub.decisionEncoding': expect.stringContaining('"json"|"protobuf"'),
      'pubsub.colour': 'is not a known setting',
      'items.maxInFlight': expect.stringContaining('>=1'),
      'cache.kind': expect.stringContaining('"redis"|"memory"|"none"'),
      'http.port': expect.stringContaining('65535'),
      'models.Weapons': 'expected lower-case letters, digits and hyphens',
      'models.money.target': expect.any(String),
      'models.money.reads.0': expect.stringContaining('"title"|"description"'),
      'models.money.needs.0': expect.stringContaining('"seller"'),
      'models.money.timeout': duration,
      'models.money.when.events.0': expect.stringContaining('"LISTED"|"UPDATED"|"DELISTED"'),
      'models.money.policy.review': expect.stringContaining('<=1'),
      'models.money.policy.remove': expect.stringContaining('number'),
      'models.money.policy.whilePending': 'expected PASS, REVIEW or { baseline: a number from 0 to 1 }',
      'models.money.policy.whenFailed.baseline': expect.stringContaining('<=1'),
      'log.level': 'the environment variable LEVEL is not set',
      extra: 'is not a known setting',
    });
    expect(Object.keys(faults)).toHaveLength(17);
  });

  test.each([
    ['', '', 'expected object'],
    ['5', '', 'expected object'],
    ['pubsub: { project: p }\nmodels: {}', 'models', 'expected at least one model'],
    ['pubsub: { project: p }', 'models', 'expected record'],
  ])('of a file that says "%s" are told', (text, path, message) => {
    expect(faultsOf(text)[path]).toContain(message);
  });

  test('stand in the message of the error, below the name of the file', () => {
    const parse = () => parseConfig(`${MINIMAL}\nextra: 1`, {}, 'eddy.yaml');
    expect(parse).toThrow("eddy.yaml can't be used as configuration:\n  extra: is not a known setting");
  });

  test.each([
    ['a: 1\nb: [1, 2\nc: 3', 'line 3'],
    ['a: 1\na: 2', 'line 2'],
    ['a:\n\tb: 1', 'line 2'],
    ['a: *nothing', ''],
  ])('of syntax name the line: %j', (text, path) => {
    expect(Object.keys(faultsOf(text))).toEqual([path]);
  });

  test('of a file that can not be read name it and the reason', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eddy-config-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(() => readConfig(join(folder, 'missing.yaml'), {})).toThrow(/missing\.yaml.*can't be read \(ENOENT\)/s);
    expect(() => readConfig(folder, {})).toThrow("can't be read (EISDIR)");
    writeFileSync(join(folder, 'eddy.yaml'), `${MINIMAL}\nextra: 1`);
    expect(() => readConfig(join(folder, 'eddy.yaml'), {})).toThrow(ConfigError);
  });

  test.each([
    'cache: { kind: redis, url: "http://:hunter2@cache" }',
    'cache: { kind: redis, url: ["redis://:hunter2@cache"] }',
    'cache: { kind: redis, url: { hunter2: 1 }, timeout: 1s }',
    `cache: { kind: redis, url: "\${REDIS}", timeout: 1s }`,
    'cache: { kind: redis, url: "redis://:hunter2@cache" hunter2 }',
    'cache:\n  url: "a" hunter2\n',
    'cache:\n  url: |hunter2\n',
    '- a\nb: hunter2\n',
    'cache: }\nhunter2: hunter2',
  ])('never repeat a value that may be a secret: %s', (cache) => {
    const parse = () => parseConfig(`${MINIMAL}\n${cache}`, { REDIS: 'http://:hunter2@cache' });
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });
});

test('an alias of itself is a fault, not an overflow', () => {
  expect(() => parseConfig('pubsub: &a { project: x, topics: *a }\nmodels: {}', {})).toThrow(
    /pubsub\.topics: is nested too deeply, or an alias of itself/,
  );
});

describe('a text that stands for more than it seems', () => {
  const aliases = (name: string) => Array(90).fill(`*${name}`).join();

  test('is refused: aliases of itself, each of which would hold all the others', () => {
    const faults = faultsOf('models: &a { b: *a, c: *a, d: *a, e: *a, f: [*a, *a, *a] }');
    expect(faults['models.b']).toBe('is nested too deeply, or an alias of itself');
  });

  test('is refused: a long list that stands in many places', () => {
    expect(faultsOf(`a: &a [${'x,'.repeat(5_000)}]\nb: [${aliases('a')}]`)['']).toBe('has more than 100000 values');
  });

  test('is refused: more than any configuration needs', () => {
    expect(faultsOf('#'.repeat(262_145))).toEqual({ '': 'has 262145 characters, expected at most 262144' });
  });

  test('has no more of its faults listed than can be read, each on a line that can be read', () => {
    const keys = Array.from({ length: 200 }, (_, i) => `${'k'.repeat(1_000)}${i}: 1`);
    const parse = () => parseConfig(`${MINIMAL}\n${keys.join('\n')}`, {}, 'eddy.yaml');
    expect(parse).toThrow(/\n {2}and 150 more$/);
    expect(parse).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/.{301}/) }));
    expect(parse).toThrow(expect.objectContaining({ faults: expect.objectContaining({ length: 200 }) }));
  });
});

test('a key is a text, whatever it looks like, and stands once in its section', () => {
  expect(faultsOf(`${MINIMAL}\n1: 2\nnull: 3\ntrue: 4`)).toEqual({
    1: 'is not a known setting',
    null: 'is not a known setting',
    true: 'is not a known setting',
  });
  expect(Object.keys(faultsOf(`${MINIMAL}\n? [a]\n: 1`))).toEqual(['line 6']);
  expect(faultsOf(`${MINIMAL}\nhttp:\n  port: 1\n  host: h\n  port: 2`)).toEqual({
    'line 9': 'Map keys must be unique',
  });
});

import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkExpectations, type Incident, IncidentError, parseIncident, readIncident } from './incident.ts';
import { durationText, FAULT_KINDS, lastsMs } from './incident-schema.ts';

type Tree = Record<string, unknown>;

const DOWN = { kind: 'model down', model: 'ill', at: '0s', for: '5m' };
const LEAST = { title: 'A title', about: 'What happens.', faults: [DOWN] };

function parsed(changes: Tree): Incident {
  return parseIncident(stringify({ ...LEAST, ...changes }), 'mine.yaml');
}

function errorOf(text: string): IncidentError {
  try {
    parseIncident(text, 'mine.yaml');
  } catch (error) {
    if (error instanceof IncidentError) return error;
    throw error;
  }
  throw new Error('it was taken for an incident');
}

/** What is wrong with an incident with these changes, by path. */
function findingsOf(changes: Tree): Record<string, string> {
  const { findings } = errorOf(stringify({ ...LEAST, ...changes }));
  return Object.fromEntries(findings.map(({ path, message }) => [path, message]));
}

const withFault = (fault: Tree) => findingsOf({ faults: [{ at: '0s', for: '5m', ...fault }] });

describe('an incident', () => {
  test('of the least that must be said has defaults for the rest', () => {
    expect(parseIncident(stringify(LEAST), 'folder/mine.yml')).toEqual({
      name: 'mine',
      file: 'folder/mine.yml',
      title: 'A title',
      about: 'What happens.',
      calm: 60_000,
      after: 300_000,
      rate: 5,
      replicas: 3,
      models: 5,
      workload: { edits: 0, repeats: 0, invalid: 0 },
      model: { latency: 50, pods: { min: 1, max: 4, step: 4, target: 0.7, lag: 30_000, every: 15_000 } },
      subscriptions: {
        items: { ackDeadline: 10_000, backoff: { min: 10_000, max: 60_000 } },
        backlog: { ackDeadline: 10_000, backoff: { min: 1_000, max: 10_000 } },
      },
      faults: [{ kind: 'model down', model: 'ill', at: 0, for: 300_000 }],
      expect: {},
    });
  });

  test('takes part of a section and leaves the rest at its defaults', () => {
    const { model, subscriptions, workload } = parsed({
      model: { pods: { max: 9 } },
      subscriptions: { backlog: { backoff: { max: '30s' } } },
      workload: { edits: 0.2 },
    });
    expect(model).toEqual({ latency: 50, pods: { min: 1, max: 9, step: 4, target: 0.7, lag: 30_000, every: 15_000 } });
    expect(subscriptions.backlog).toEqual({ ackDeadline: 10_000, backoff: { min: 1_000, max: 30_000 } });
    expect(workload).toEqual({ edits: 0.2, repeats: 0, invalid: 0 });
  });

  test('reads durations in every unit', () => {
    expect(parsed({ calm: '1500ms', after: '1.5s' })).toMatchObject({ calm: 1_500, after: 1_500 });
    expect(parsed({ calm: '2m', after: '1h' })).toMatchObject({ calm: 120_000, after: 3_600_000 });
  });

  test('is told in one paragraph, however its lines are broken', () => {
    expect(parseIncident(`${stringify(LEAST)}`.replace('What happens.', '>-\n  What\n\n  happens.\n'), 'a').about).toBe(
      'What happens.',
    );
  });

  test('lasts from the begin of the calm to the end of what comes after the last fault', () => {
    const faults = [
      { ...DOWN, for: '10m' },
      { ...DOWN, model: 'ill-2', at: '2m', for: '5m' },
    ];
    expect(lastsMs(parsed({ calm: '1m', faults, after: '3m' }))).toBe(14 * 60_000);
  });

  test('may expect bounds of any measure, of any strategy', () => {
    const expected = { eddy: { healthyPeak: { atMost: 1.3 } }, nack: { delayP99: { atLeast: 60, atMost: 600 } } };
    expect(parsed({ expect: expected }).expect).toEqual(expected);
  });
});

describe('a fault', () => {
  test.each<[Tree, Tree]>([
    [{ kind: 'model hanging', model: 'weapons' }, { model: 'weapons' }],
    [{ kind: 'model slow', model: 'ill', factor: 3 }, { factor: 3 }],
    [
      { kind: 'model late', model: 'ill', median: '400ms', p99: '2s' },
      { median: 400, p99: 2_000 },
    ],
    [
      { kind: 'model failing', model: 'ill' },
      { share: 1, codes: [14] },
    ],
    [
      { kind: 'model failing', model: 'ill', share: 0.3, codes: ['INTERNAL', 'ABORTED'] },
      { share: 0.3, codes: [13, 10] },
    ],
    [
      { kind: 'model refusing inputs', model: 'ill' },
      { share: 1, codes: [3] },
    ],
    [{ kind: 'model answering garbage', model: 'all' }, { share: 1 }],
    [{ kind: 'model flapping', model: 'ill-2', period: '10s' }, { period: 10_000 }],
    [{ kind: 'cache gone' }, { forgets: true }],
    [{ kind: 'cache gone', forgets: false }, { forgets: false }],
    [{ kind: 'cache frozen' }, {}],
    [{ kind: 'cache slow', delay: '40ms' }, { delay: 40 }],
    [{ kind: 'catalogue down' }, {}],
    [{ kind: 'catalogue hanging' }, {}],
    [{ kind: 'catalogue slow', delay: '1s' }, { delay: 1_000 }],
    [{ kind: 'publishes refused' }, { share: 1, code: 14 }],
    [
      { kind: 'publishes refused', share: 0.5, code: 'RESOURCE_EXHAUSTED' },
      { share: 0.5, code: 8 },
    ],
    [{ kind: 'publishes slow', delay: '3s' }, { delay: 3_000 }],
    [{ kind: 'publishes unconfirmed', share: 0.1 }, { share: 0.1 }],
    [{ kind: 'acks lost', share: 0.1 }, { share: 0.1 }],
    [{ kind: 'duplicates', share: 0.1 }, { share: 0.1 }],
    [{ kind: 'reordering', share: 0.1 }, { share: 0.1 }],
    [{ kind: 'streams cut' }, {}],
    [{ kind: 'replica crashed', replica: 2 }, { replica: 2 }],
    [
      { kind: 'replica crash-looping', replica: 1 },
      { replica: 1, up: 20_000, down: 5_000 },
    ],
    [{ kind: 'burst', factor: 10 }, { factor: 10 }],
    [{ kind: 'poison flood', share: 0.9 }, { share: 0.9 }],
  ])('may be %j', (fault, read) => {
    expect(parsed({ faults: [{ ...fault, at: '30s', for: '1m' }] }).faults).toEqual([
      { ...fault, ...read, at: 30_000, for: 60_000 },
    ]);
    expect(FAULT_KINDS).toContain(fault['kind']);
  });
});

describe('refused is', () => {
  const tooLong = 'x'.repeat(101);
  test.each<[what: string, changes: Tree, path: string, message: string]>([
    ['a title of many lines', { title: 'a\nb' }, 'title', 'expected one line of 1 to 100 characters; found "a\\nb"'],
    ['a title that says nothing', { title: '' }, 'title', 'expected one line of 1 to 100 characters; found ""'],
    ['a long title', { title: tooLong }, 'title', 'expected one line of 1 to 100 characters; found "xxx'],
    ['nothing about it', { about: ' ' }, 'about', 'expected a text of 1 to 2000 characters; found " "'],
    ['much about it', { about: 'x'.repeat(2_001) }, 'about', 'expected a text of 1 to 2000 characters'],
    ['a duration without a unit', { calm: 60 }, 'calm', 'expected a duration from 0s to 24h, such as "5m"; found 60'],
    ['a duration in days', { calm: '1d' }, 'calm', 'expected a duration from 0s to 24h'],
    ['a duration that is negative', { calm: '-1s' }, 'calm', 'expected a duration'],
    ['a calm of more than a day', { calm: '25h' }, 'calm', 'expected a duration from 0s to 24h'],
    ['no time after the faults', { after: '0s' }, 'after', 'expected a duration from 1s to 24h'],
    ['more than a day after the faults', { after: '25h' }, 'after', 'expected a duration from 1s to 24h'],
    ['more than a day in all', { calm: '12h', after: '12h' }, '', 'takes more than 24h'],
    ['a rate of nothing', { rate: 0 }, 'rate', 'expected a number from 0.1 to 1000; found 0'],
    ['a rate beyond bounds', { rate: 1_001 }, 'rate', 'expected a number from 0.1 to 1000; found 1001'],
    ['a rate that is no number', { rate: '5/s' }, 'rate', 'expected a number from 0.1 to 1000; found "5/s"'],
    ['no replica', { replicas: 0 }, 'replicas', 'expected a whole number from 1 to 1000; found 0'],
    ['half a replica', { replicas: 2.5 }, 'replicas', 'expected a whole number from 1 to 1000; found 2.5'],
    ['more replicas than bounds', { replicas: 1_001 }, 'replicas', 'expected a whole number from 1 to 1000'],
    ['no model', { models: 0 }, 'models', 'expected a whole number from 1 to 100; found 0'],
    ['more models than bounds', { models: 101 }, 'models', 'expected a whole number from 1 to 100; found 101'],
    ['a share above 1', { workload: { edits: 20 } }, 'workload.edits', 'expected a number from 0 to 1; found 20'],
    ['a share of repeats above 1', { workload: { repeats: 2 } }, 'workload.repeats', 'expected a number from 0 to 1'],
    ['a load without events', { workload: { invalid: 1 } }, 'workload.invalid', 'expected a number from 0 to 0.9'],
    ['a model without latency', { model: { latency: '0s' } }, 'model.latency', 'expected a duration from 1ms to 10s'],
    ['a latency beyond bounds', { model: { latency: '11s' } }, 'model.latency', 'from 1ms to 10s, such as "5s"'],
    ['no pod', { model: { pods: { min: 0 } } }, 'model.pods.min', 'expected a whole number from 1 to 1000'],
    [
      'more pods than bounds',
      { model: { pods: { max: 1e9 } } },
      'model.pods.max',
      'expected a whole number from 1 to 1000',
    ],
    ['fewer pods at most than at least', { model: { pods: { min: 6 } } }, 'model.pods.max', 'must not be below min'],
    [
      'a utilisation above 1',
      { model: { pods: { target: 70 } } },
      'model.pods.target',
      'expected a number from 0.1 to 1',
    ],
    ['a lag beyond bounds', { model: { pods: { lag: '2h' } } }, 'model.pods.lag', 'expected a duration from 0s to 1h'],
    [
      'a decision every moment',
      { model: { pods: { every: '0s' } } },
      'model.pods.every',
      'expected a duration from 1s to 1h',
    ],
    [
      'an ack deadline that Pub/Sub would refuse',
      { subscriptions: { items: { ackDeadline: '5s' } } },
      'subscriptions.items.ackDeadline',
      'expected a duration from 10s to 10m, such as "5m"; found "5s"',
    ],
    [
      'a backoff that Pub/Sub would refuse',
      { subscriptions: { backlog: { backoff: { max: '11m' } } } },
      'subscriptions.backlog.backoff.max',
      'expected a duration from 0s to 10m',
    ],
    [
      'a backoff that begins beyond bounds',
      { subscriptions: { items: { backoff: { min: '11m' } } } },
      'subscriptions.items.backoff.min',
      'expected a duration from 0s to 10m',
    ],
    [
      'a backoff that ends before it begins',
      { subscriptions: { backlog: { backoff: { min: '20s' } } } },
      'subscriptions.backlog.backoff.max',
      'must not be below min; where one of the two is left out, its default counts',
    ],
    ['an incident without faults', { faults: [] }, 'faults', 'expected at least one fault; found an empty list'],
    [
      'faults beyond bounds',
      { faults: Array.from({ length: 101 }, () => ({ ...DOWN })) },
      'faults',
      'expected at most 100 faults; found a list',
    ],
    ['faults that are no list', { faults: DOWN }, 'faults', 'expected a list of faults; found a mapping'],
    ['a fault that is a word', { faults: ['model down'] }, 'faults.0', 'expected a fault, such as { kind: model down'],
    [
      'a measure that there is not',
      { expect: { eddy: { healtyPeak: {} } } },
      'expect.eddy.healtyPeak',
      'did you mean "healthyPeak"?',
    ],
    [
      'a number for bounds',
      { expect: { eddy: { lost: 0 } } },
      'expect.eddy.lost',
      'expected bounds, such as { atMost: 1.3 }; found 0',
    ],
    ['bounds that bind nothing', { expect: { eddy: { lost: {} } } }, 'expect.eddy.lost', 'expected bounds'],
    [
      'bounds that nothing can meet',
      { expect: { eddy: { lost: { atLeast: 2, atMost: 1 } } } },
      'expect.eddy.lost',
      'atLeast must not be above atMost',
    ],
    [
      'a bound that is no number',
      { expect: { eddy: { lost: { atMost: '5s' } } } },
      'expect.eddy.lost.atMost',
      'expected a number from 0 to 1000000; found "5s"',
    ],
    [
      'a strategy that is no name',
      { expect: { 'The Eddy': {} } },
      'expect.The Eddy',
      'expected the name of a strategy',
    ],
    ['an expectation of nobody', { expect: [1] }, 'expect', 'expected strategies with the bounds of their measures'],
  ])('%s', (_what, changes, path, message) => {
    const findings = findingsOf(changes);
    expect(Object.keys(findings)).toEqual([path]);
    expect(findings[path]).toContain(message);
  });

  test.each<[what: string, fault: Tree, path: string, message: string]>([
    ['of no kind', { model: 'ill' }, 'kind', 'expected a kind of fault'],
    [
      'of a kind that there is not',
      { kind: 'model dwon', model: 'ill' },
      'kind',
      '"model dwon" is no kind of fault; did you mean "model down"?',
    ],
    [
      'of a kind far from all',
      { kind: 'earthquake' },
      'kind',
      '"earthquake" is no kind of fault; there are: model down, model hanging,',
    ],
    ['without its model', { kind: 'model down' }, 'model', 'is missing; expected "ill" for the first model'],
    [
      'with a model that is no name',
      { kind: 'model down', model: 'The First' },
      'model',
      'or the name of a model; found "The First"',
    ],
    ['without its begin', { ...DOWN, at: undefined }, 'at', 'is missing; expected a duration from 0s to 24h'],
    ['without its end', { ...DOWN, for: undefined }, 'for', 'is missing; expected a duration from 100ms to 24h'],
    ['over in no time', { ...DOWN, for: '99ms' }, 'for', 'expected a duration from 100ms to 24h'],
    ['longer than a day', { ...DOWN, for: '25h' }, 'for', 'expected a duration from 100ms to 24h'],
    ['with a begin beyond a day', { ...DOWN, at: '25h' }, 'at', 'expected a duration from 0s to 24h'],
    [
      'with what it has no use for',
      { ...DOWN, factor: 2 },
      'factor',
      'is not a known key; there are: kind, at, for, model',
    ],
    [
      'that makes faster',
      { kind: 'model slow', model: 'ill', factor: 0.5 },
      'factor',
      'expected a number from 1 to 1000',
    ],
    [
      'with its tail before its middle',
      { kind: 'model late', model: 'ill', median: '2s', p99: '1s' },
      'p99',
      'must not be shorter than the median',
    ],
    ['without a middle', { kind: 'model late', model: 'ill', p99: '1s' }, 'median', 'is missing; expected a duration'],
    ['without a tail', { kind: 'model late', model: 'ill', median: '1s' }, 'p99', 'is missing; expected a duration'],
    [
      'with percents for a share',
      { kind: 'model failing', model: 'ill', share: 30 },
      'share',
      'expected a number from 0 to 1; found 30',
    ],
    ['with no code', { kind: 'model failing', model: 'ill', codes: [] }, 'codes', 'expected at least one gRPC status'],
    [
      'with every code twice',
      { kind: 'model failing', model: 'ill', codes: Array(17).fill('ABORTED') },
      'codes',
      'expected at most 16 gRPC statuses',
    ],
    [
      'with one code where several go',
      { kind: 'model failing', model: 'ill', codes: 'ABORTED' },
      'codes',
      'expected a list of gRPC statuses, such as',
    ],
    [
      'with a code that is a number',
      { kind: 'model failing', model: 'ill', codes: [14] },
      'codes.0',
      '"14" is not the name of a gRPC error status; there are: CANCELLED,',
    ],
    [
      'with a code in small letters',
      { kind: 'publishes refused', code: 'unavailable' },
      'code',
      '"unavailable" is not the name of a gRPC error status; did you mean "UNAVAILABLE"?',
    ],
    [
      'with OK for an error',
      { kind: 'publishes refused', code: 'OK' },
      'code',
      '"OK" is not the name of a gRPC error status; ',
    ],
    [
      'without a period',
      { kind: 'model flapping', model: 'ill' },
      'period',
      'is missing; expected a duration from 100ms to 1h',
    ],
    [
      'that may or may not forget',
      { kind: 'cache gone', forgets: 'maybe' },
      'forgets',
      'expected true or false; found "maybe"',
    ],
    ['without a delay', { kind: 'cache slow' }, 'delay', 'is missing; expected a duration from 1ms to 10m'],
    [
      'of replica 0',
      { kind: 'replica crashed', replica: 0 },
      'replica',
      'expected a whole number from 1 to 1000; found 0',
    ],
    [
      'up for no time',
      { kind: 'replica crash-looping', replica: 1, up: '10ms' },
      'up',
      'expected a duration from 1s to 1h',
    ],
    [
      'down for no time',
      { kind: 'replica crash-looping', replica: 1, down: '10ms' },
      'down',
      'expected a duration from 1s to 1h',
    ],
    ['without a factor', { kind: 'burst' }, 'factor', 'is missing; expected a number from 1 to 1000'],
  ])('a fault %s', (_what, fault, path, message) => {
    const findings = withFault(fault);
    expect(Object.keys(findings)).toEqual([`faults.0.${path}`]);
    expect(findings[`faults.0.${path}`]).toContain(message);
  });

  test.each([
    ['0ms', '1s', 'median'],
    ['11m', '12m', 'median'],
    ['1ms', '0ms', 'p99'],
    ['1s', '11m', 'p99'],
  ])('a fault that is late by %s, and %s at worst', (median, p99, key) => {
    expect(withFault({ kind: 'model late', model: 'ill', median, p99 })[`faults.0.${key}`]).toContain(
      'expected a duration from 1ms to 10m',
    );
  });

  test.each(['title', 'about', 'faults'])('an incident without %s', (key) => {
    expect(findingsOf({ [key]: undefined })[key]).toContain('is missing; expected');
  });

  test.each<[Tree, path: string]>([
    [{ faultz: [] }, 'faultz'],
    [{ workload: { edit: 1 } }, 'workload.edit'],
    [{ model: { latencies: '1s' } }, 'model.latencies'],
    [{ model: { pods: { minimum: 1 } } }, 'model.pods.minimum'],
    [{ subscriptions: { main: {} } }, 'subscriptions.main'],
    [{ subscriptions: { items: { retries: 1 } } }, 'subscriptions.items.retries'],
    [{ subscriptions: { items: { backoff: { most: '1m' } } } }, 'subscriptions.items.backoff.most'],
    [{ expect: { eddy: { lost: { most: 1 } } } }, 'expect.eddy.lost.most'],
  ])('an unknown key: %j', (changes, path) => {
    expect(findingsOf(changes)[path]).toContain('is not a known key; ');
  });
});

describe('an incident that is wrong', () => {
  test('is answered by all that is wrong with it, with paths, lines and what was expected', () => {
    const text = `
title: A model is down
abuot: What happens
rate: fast
faults:
  - { kind: model down, model: ill, at: 0s }
  - { kind: modle slow, model: ill, factor: 4, at: 0s, for: 5m }
  - kind: model failing
    model: ill
    share: 30
    codes: [UNAVAILABEL]
    at: 10
    for: 5m
expect:
  eddy:
    healthypeak: { atMost: 1.3 }
    lost: 0
`;
    expect(errorOf(text).message).toMatchInlineSnapshot(`
      "mine.yaml can't be used as an incident:
        about: is missing; expected a text of 1 to 2000 characters
        abuot, line 3: is not a known key; did you mean "about"?
        rate, line 4: expected a number from 0.1 to 1000; found "fast"
        faults.0.for, line 6: is missing; expected a duration from 100ms to 24h, such as "5m"
        faults.1.kind, line 7: "modle slow" is no kind of fault; did you mean "model slow"?
        faults.2.share, line 10: expected a number from 0 to 1; found 30
        faults.2.codes.0, line 11: "UNAVAILABEL" is not the name of a gRPC error status; did you mean "UNAVAILABLE"?
        faults.2.at, line 12: expected a duration from 0s to 24h, such as "5m"; found 10
        expect.eddy.healthypeak, line 16: is not a known key; did you mean "healthyPeak"?
        expect.eddy.lost, line 17: expected bounds, such as { atMost: 1.3 }; found 0"
    `);
  });

  test.each([
    [
      'empty',
      '',
      '(the whole file): expected an incident: a mapping with the keys title, about, faults and others; found nothing',
    ],
    [
      'a line of text',
      'just a line',
      'expected an incident: a mapping with the keys title, about, faults and others; found "just',
    ],
    ['a list', '- a\n- b', 'and others; found a list'],
    ['not closed', 'title: [', 'line 1: Flow sequence'],
    ['repetitive', 'title: a\nabout: b\ntitle: c', 'line 3: the key "title" stands here again'],
    ['full of what it does not say', 'title: *nobody', 'Unresolved alias'],
    ['two files', 'a: 1\n---\nb: 2', 'line 2: Source contains multiple documents'],
    ['an abyss', `a: ${'['.repeat(20_000)}`, 'line 1: is nested too deeply'],
    ['very long', 'x'.repeat(65_537), '(the whole file): has 65537 characters, expected at most 65536'],
  ])('as a file is told so when it is %s', (_what, text, message) => {
    expect(errorOf(text).message).toContain(message);
  });

  test('is not read for ever when its aliases stand for more than memory holds', () => {
    const levels = Array.from({ length: 20 }, (_, index) => {
      const inner =
        index === 0
          ? 'x'
          : Array(9)
              .fill(`*a${index - 1}`)
              .join(', ');
      return `a${index}: &a${index} [${inner}]`;
    });
    expect(errorOf(levels.join('\n')).message).toContain('alias');
  });

  test('names at most 50 things in its message, and all of them in its findings', () => {
    const error = errorOf(stringify({ ...LEAST, faults: Array.from({ length: 80 }, () => ({ ...DOWN, for: 1 })) }));
    expect(error.findings).toHaveLength(80);
    expect(error.message.split('\n')).toHaveLength(52);
    expect(error.message).toMatch(/and 30 more$/);
  });

  test('that can not be read says why', () => {
    expect(() => readIncident('no/such/incident.yaml')).toThrow(
      "no/such/incident.yaml can't be used as an incident:\n  (the whole file): can't be read (ENOENT)",
    );
  });

  test('because it expects something of a strategy that there is not says which was meant', () => {
    const incident = parsed({ expect: { eddi: { lost: { atMost: 0 } }, nack: {} } });
    expect(() => checkExpectations(incident, ['nack', 'eddy'])).toThrow(
      'expect.eddi: is no strategy; did you mean "eddy"?',
    );
    expect(() => checkExpectations(incident, ['nack', 'eddi'])).not.toThrow();
  });
});

test.each([
  [0, '0ms'],
  [300, '300ms'],
  [1_500, '1500ms'],
  [5_000, '5s'],
  [90_000, '90s'],
  [300_000, '5m'],
  [7_200_000, '2h'],
])('%d milliseconds are written %s', (ms, text) => expect(durationText(ms)).toBe(text));

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BacklogEntry, TopicState } from '../../proto/generated/moderation/v1/moderation.ts';
import { decodeEntry } from '../../proxy/intake/decode-entry.ts';
import { decodeEvent, InvalidMessageError } from '../../proxy/intake/decode-event.ts';
import type { LeasedMessage } from '../../proxy/intake/lease.ts';
import { answer } from '../../proxy/testing/arbitraries.ts';
import { configOf } from '../../proxy/testing/config.ts';
import { eventJson, eventOf, messageOf, OCCURRED_AT, sellerOf } from '../../proxy/testing/events.ts';
import { createRig } from '../../proxy/testing/spine-rig.ts';
import { CONFIGURED, ENTRY, entryBytes } from './entry-messages.ts';
import { attributes, eventMessage, readOrRefuse } from './event-messages.ts';
import { expectPublishable } from './publishable.ts';
import { failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

const models = { counterfeit: { needs: ['seller' as const] }, money: {}, weapons: {} };
const MODES = ['combined', 'per-model'] as const;
const ENCODINGS = ['json', 'protobuf'] as const;
const configFor = (mode: (typeof MODES)[number], decisionEncoding: (typeof ENCODINGS)[number]) =>
  configOf(models, {
    backlog: { mode, maxAttempts: 5, maxAge: '1h' },
    enrichment: { seller: { target: '127.0.0.1:1' } },
    pubsub: { project: 'test', decisionEncoding },
  });
const configs = new Map(
  MODES.flatMap((mode) => ENCODINGS.map((encoding) => [mode + encoding, configFor(mode, encoding)] as const)),
);
type Rig = ReturnType<typeof createRig>;

function refusalOf(intake: 'items' | 'backlog', message: LeasedMessage): InvalidMessageError | undefined {
  const read = readOrRefuse(() =>
    intake === 'items' ? decodeEvent(message.data, message.attributes) : decodeEntry(message.data, message.id),
  );
  return read instanceof InvalidMessageError ? read : undefined;
}

/** What must be true of the end of any message at all, when the broker confirms what is published. */
async function expectSettled(rig: Rig, intake: 'items' | 'backlog', message: LeasedMessage): Promise<void> {
  const settlement = await rig.spine.moderate(intake, message);
  expect(rig.told.filter(([event]) => event === 'handlerFailed')).toEqual([]);
  expect(rig.settled).toHaveLength(1);
  for (const one of rig.published) expectPublishable(one);
  if (refusalOf(intake, message)) {
    expect([settlement, rig.lastSettled(), rig.published.map(({ outlet }) => outlet)]).toEqual([
      'ack',
      'quarantined',
      ['quarantine'],
    ]);
    expectKept(rig, message);
    return;
  }
  expect(rig.to('quarantine')).toEqual([]);
  const isBack = rig.lastSettled() === 'fruitless' || rig.lastSettled() === 'waiting';
  expect(settlement).toBe(isBack ? 'nack' : 'ack');
  expect(rig.published.length).toSatisfy((count: number) => (isBack ? count === 0 : count > 0));
  if (intake === 'items') expect(isBack).toBe(false);
  for (const outlet of ['backlog', 'deadLetter'] as const) {
    for (const { data } of rig.to(outlet)) decodeEntry(data, 'message-9');
  }
}

/** That the quarantine holds the message as it came, as far as there is room, and why it is there. */
function expectKept(rig: Rig, message: LeasedMessage): void {
  const [{ data, attributes: kept }] = rig.to('quarantine') as [Rig['published'][number]];
  expect(kept['eddy-reason']).not.toBe('');
  expect(kept['eddy-source-message-id']).toBe(message.id);
  if (kept['eddy-cut']) return;
  expect(data.equals(message.data)).toBe(true);
  const { 'eddy-reason': _reason, 'eddy-fields': _fields, ...own } = message.attributes;
  expect(kept).toMatchObject(own);
}

const world = fc.record({
  mode: fc.constantFrom(...MODES),
  encoding: fc.constantFrom(...ENCODINGS),
  answers: fc.record({ counterfeit: answer, money: answer, weapons: answer }),
  seller: fc.oneof({ arbitrary: fc.constant('known'), weight: 3 }, fc.constantFrom('Error', 'text', 'nothing')),
  lateMs: fc.constantFrom(0, 5_000, 7_200_000),
  openBreakers: fc.oneof({ arbitrary: fc.constant([]), weight: 4 }, fc.subarray([...CONFIGURED])),
});
type World = typeof world extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function rigIn({ mode, encoding, answers, seller, lateMs, openBreakers }: World): Rig {
  const rig = createRig(configs.get(mode + encoding)!);
  rig.world.answer = (model) => answers[model as keyof typeof answers];
  rig.world.wallMs = OCCURRED_AT.getTime() + lateMs;
  rig.world.seller = async (sellerId) => {
    if (seller === 'Error') throw new Error('UNAVAILABLE: away');
    if (seller === 'text') throw 'away';
    if (seller === 'nothing') throw undefined;
    return sellerOf(sellerId);
  };
  for (const model of openBreakers) rig.breakers.set(model, 'open');
  return rig;
}

describe('a message of any kind', () => {
  test(
    'that comes as an event is decided or quarantined, and always acknowledged',
    () =>
      fc.assert(
        fc.asyncProperty(eventMessage, world, async (message, drawn) => {
          const rig = rigIn(drawn);
          await expectSettled(rig, 'items', messageOf(message.data, { attributes: message.attributes }));
          if (drawn.encoding === 'json') expectProbable(rig);
        }),
        runs(400),
      ),
    PATIENCE_MS,
  );

  test(
    'that comes as a backlog entry goes on, goes back or is quarantined, and never throws',
    () =>
      fc.assert(
        fc.asyncProperty(entryBytes, attributes, world, async (data, given, drawn) => {
          const rig = rigIn(drawn);
          await expectSettled(rig, 'backlog', messageOf(data, { attributes: given }));
          if (drawn.encoding === 'json') expectProbable(rig);
        }),
        runs(600),
      ),
    PATIENCE_MS,
  );
});

/** That a decision gives no score that is none. */
function expectProbable(rig: Rig): void {
  for (const { topics } of rig.decisions()) {
    for (const { state, probability } of topics) {
      if (state === TopicState.SCORED) expect(probability).toSatisfy((p: number) => p >= 0 && p <= 1);
      else expect(probability).toBeUndefined();
    }
  }
}

describe('a message that is as large as may be', () => {
  const MAX = 10_000_000;
  const large = (size: number) => Buffer.alloc(size, 0x20);
  const entry = (changes: Partial<BacklogEntry>) => Buffer.from(BacklogEntry.encode({ ...ENTRY, ...changes }).finish());
  const long = 'x'.repeat(9_990_000);
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`.padEnd(256, '-'), 'v'.repeat(1_024)]));

  test.each<[string, 'items' | 'backlog', Buffer, Record<string, string>]>([
    ['nothing but spaces', 'items', large(MAX), {}],
    ['nothing but spaces, as an entry', 'backlog', large(MAX), {}],
    ['as many attributes as may be', 'items', large(MAX - 200_000), many],
    [
      'an event to the last byte',
      'items',
      Buffer.from(JSON.stringify(eventJson({ description: 'x'.repeat(9_499_600) }))),
      {},
    ],
    [
      'an entry of an event to the last byte',
      'backlog',
      entry({ event: eventOf({ description: 'x'.repeat(9_499_700) }) }),
      {},
    ],
    ['an entry with a trace', 'backlog', entry({ traceparent: long }), {}],
    ['an entry with an error', 'backlog', entry({ owed: [{ model: 'weapons', attempts: 1, lastError: long }] }), {}],
    [
      'an entry with a version',
      'backlog',
      entry({ scores: [{ model: 'money', probability: 0, modelVersion: long }] }),
      {},
    ],
    [
      'an entry with a version of odd letters',
      'backlog',
      entry({ scores: [{ model: 'money', probability: 0, modelVersion: '\u0001'.repeat(2_000_000) }] }),
      {},
    ],
    ['an entry with a seller', 'backlog', entry({ enrichment: { seller: sellerOf(long) } }), {}],
    ['an entry with a name', 'backlog', entry({ owed: [{ model: long, attempts: 1, lastError: '' }] }), {}],
  ])('is settled like any other: %s', async (_what, intake, data, given) => {
    const rig = createRig(configFor('combined', 'json'));
    rig.world.answer = (model) =>
      model === 'weapons' ? { state: 'pending', error: 'x'.repeat(200) } : { state: 'failed', error: 'x'.repeat(200) };
    await expectSettled(rig, intake, messageOf(data, { attributes: given }));
  });
});

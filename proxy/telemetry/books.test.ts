import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { LeasedMessage } from '../intake/lease.ts';
import { type Outcome, pending } from '../moderation/outcome.ts';
import { PublishError } from '../outlets/publisher.ts';
import { createLedger } from '../store/ledger.ts';
import { configOf } from '../testing/config.ts';
import { caseOf, eventJson, eventOf, messageOf } from '../testing/events.ts';
import { createRig } from '../testing/spine-rig.ts';
import { createEvents, ENTRIES } from './events.ts';
import { createMetrics } from './metrics.ts';
import { createOldest } from './oldest.ts';

const MODELS = ['money', 'weapons'] as const;
const MODES = ['combined', 'per-model'] as const;
const OUTLETS = ['backlog', 'deadLetter', 'decisions', 'quarantine'] as const;

const model = fc.constantFrom<'up' | 'down' | 'open'>('up', 'down', 'down', 'open');
/** What is done, and how the world is meanwhile. */
const step = fc.record({
  what: fc.oneof(
    { arbitrary: fc.constantFrom('event', 'again', 'edit'), weight: 2 },
    { arbitrary: fc.constant('entry'), weight: 4 },
    fc.constantFrom('nonsense', 'question', 'request'),
  ),
  money: model,
  weapons: model,
  /** The topics that confirm nothing. */
  refusing: fc.oneof({ arbitrary: fc.constant<(typeof OUTLETS)[number][]>([]), weight: 2 }, fc.subarray([...OUTLETS])),
  laterMs: fc.constantFrom(0, 0, 0, 3_600_001),
  pick: fc.nat(),
});
type Step = typeof step extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function worldOf(mode: (typeof MODES)[number]) {
  const config = configOf({ money: {}, weapons: {} }, { backlog: { mode, maxAge: '1h', maxAttempts: 3 } });
  const metrics = createMetrics(config);
  const now = () => 0;
  const ledger = createLedger({ accounts: [...MODELS, ENTRIES], store: {}, now });
  const events = createEvents({
    config,
    log: pino({ level: 'silent' }),
    metrics,
    ledger,
    oldest: createOldest(1_000, now),
  });
  const rig = createRig(config, undefined, events);
  /** What the broker holds: messages that were taken and not acknowledged, and entries. */
  const waiting: LeasedMessage[] = [];
  const entries: { readonly message: LeasedMessage; readonly owed: readonly string[] }[] = [];
  let ids = 0;
  let confirmed = 0;

  async function main(message: LeasedMessage): Promise<void> {
    if ((await rig.spine.moderate('items', message)) === 'nack') waiting.push(message);
  }

  const acts: Readonly<Record<Step['what'], (pick: number) => Promise<unknown>>> = {
    event: () => main(messageOf(eventJson({ itemId: `item-${++ids}` }), { id: `message-${ids}` })),
    edit: (pick) => main(messageOf(eventJson({ itemId: `item-${pick % (ids + 1)}`, revision: ++ids + 1 }))),
    nonsense: () => main(messageOf('no JSON')),
    async again(pick) {
      const [message] = waiting.splice(pick % (waiting.length || 1), 1);
      if (message) await main(message);
    },
    async entry(pick) {
      const one = entries[pick % (entries.length || 1)];
      if (one && (await rig.spine.moderate('backlog', one.message)) === 'ack') entries.splice(entries.indexOf(one), 1);
    },
    question: () => ask(false),
    request: () => ask(true),
  };
  const ask = (enqueue: boolean) => {
    const event = eventOf({ itemId: `item-${++ids}` });
    const request = caseOf(event, { intake: 'moderate', sourceMessageId: `moderate-${ids}` });
    return rig.spine.answer(request, { enqueue, budgetMs: 1_000 }).catch((error) => {
      if (!(error instanceof PublishError)) throw error;
    });
  };

  return {
    rig,
    ledger,
    async take({ what, refusing, laterMs, pick, ...models }: Step): Promise<void> {
      rig.world.wallMs += laterMs;
      const up: Outcome = { state: 'scored', probability: 0.1, modelVersion: 'v1' };
      rig.world.answer = (name) => (models[name as keyof typeof models] === 'up' ? up : pending('UNAVAILABLE: away'));
      for (const name of MODELS) rig.breakers.set(name, models[name] === 'open' ? 'open' : 'closed');
      rig.world.confirmation = async (outlet) => {
        if (refusing.includes(outlet)) throw new PublishError('away');
      };
      const before = rig.published.length;
      await acts[what](pick);
      for (const { outlet, data, attributes } of rig.published.slice(before)) {
        if (outlet !== 'backlog' || refusing.includes(outlet)) continue;
        const message = messageOf(data, { id: `entry-${++confirmed}`, attributes });
        entries.push({ message, owed: attributes['owed']!.split(',') });
      }
    },
    async expectBalance(): Promise<void> {
      const sumOf = async (name: string, labels: Readonly<Record<string, string>> = {}) => {
        const { values } = await metrics.registry.getSingleMetric(name)!.get();
        const fits = (of: object) =>
          Object.entries(labels).every(([key, value]) => of[key as keyof typeof of] === value);
        return values.filter(({ labels }) => fits(labels)).reduce((sum, { value }) => sum + value, 0);
      };
      for (const intake of ['items', 'backlog', 'moderate']) {
        const received = await sumOf('eddy_messages_received_total', { intake });
        expect(await sumOf('eddy_messages_settled_total', { intake }), intake).toBe(received);
      }
      expect(await sumOf('eddy_backlog_entries_published_total')).toBe(confirmed);
      expect(ledger.read(ENTRIES).owed).toBe(entries.length);
      for (const name of MODELS) {
        const owed = entries.filter((entry) => entry.owed.includes(name)).length;
        const total = await sumOf('eddy_owed_total', { model: name });
        expect(total - (await sumOf('eddy_owed_settled_total', { model: name })), name).toBe(owed);
        expect(ledger.read(name).owed, name).toBe(owed);
      }
    },
  };
}

test.each(MODES)(
  'what is received is settled, and what the counters and the ledger say is owed is what the broker holds, in the mode %s',
  (mode) =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const world = worldOf(mode);
        for (const one of steps) {
          await world.take(one);
          await world.expectBalance();
        }
      }),
      { numRuns: 100 },
    ),
);

test('an entry that can not be read is off the books when it is in the quarantine, and not before', async () => {
  const { rig, ledger } = worldOf('combined');
  ledger.grew(ENTRIES, 2);
  const unreadable = messageOf(Buffer.from([0xff]));
  rig.world.confirmation = () => Promise.reject(new PublishError('away'));
  expect(await rig.spine.moderate('backlog', unreadable)).toBe('nack');
  expect(ledger.read(ENTRIES).owed).toBe(2);
  rig.world.confirmation = () => Promise.resolve();
  expect(await rig.spine.moderate('backlog', unreadable)).toBe('ack');
  expect(ledger.read(ENTRIES).owed).toBe(1);
});

import { describe, expect, test } from 'vitest';
import { Decision } from '../../../proto/generated/moderation/v1/moderation.ts';
import { createEnricher } from '../../../proxy/enrichment/enrich.ts';
import type { Parts } from '../../../proxy/moderate.ts';
import type { Outcome } from '../../../proxy/moderation/outcome.ts';
import type { OutgoingMessage } from '../../../proxy/outlets/messages.ts';
import { type Outlet, PublishError } from '../../../proxy/outlets/publisher.ts';
import type { PanelConsultation } from '../../../proxy/panel/panel.ts';
import { configOf } from '../../../proxy/testing/config.ts';
import { caseOf, eventJson, messageOf, OCCURRED_AT, sellerOf } from '../../../proxy/testing/events.ts';
import { SILENT } from '../../world/silent-events.ts';
import { createNackSpine } from './nack-spine.ts';

const PENDING: Outcome = { state: 'pending', error: 'UNAVAILABLE: away' };

/** The spine among fakes that a test steers. */
function rig() {
  const config = configOf(
    { weapons: {}, money: { needs: ['seller'] }, drugs: { when: { events: ['DELISTED'] } } },
    { enrichment: { seller: { target: '127.0.0.1:1' } } },
  );
  const consultations: PanelConsultation[] = [];
  const published: (OutgoingMessage & { readonly outlet: Outlet })[] = [];
  const settled: string[] = [];
  const told: string[] = [];
  const world = {
    answer: (_model: string): Outcome => ({ state: 'scored', probability: 0.5, modelVersion: 'v1' }),
    seller: async (sellerId: string) => sellerOf(sellerId),
    confirmation: async (_outlet: Outlet): Promise<void> => {},
  };
  const spine = createNackSpine({
    config,
    enricher: createEnricher({ seller: ({ sellerId }) => world.seller(sellerId) }),
    panel: {
      members: new Map(),
      async consult(consultation: PanelConsultation) {
        consultations.push(consultation);
        return new Map(consultation.ask.map((model) => [model, world.answer(model)]));
      },
      refreshVersions: async () => {},
      close() {},
    },
    publisher: {
      inFlight: 0,
      async publish(outlet: Outlet, message: OutgoingMessage) {
        published.push({ outlet, ...message });
        await world.confirmation(outlet);
      },
    },
    events: {
      ...SILENT,
      received: () => void told.push('received'),
      settled: (_intake: string, as: string) => void settled.push(as),
      quarantined: () => void told.push('quarantined'),
      concluded: () => void told.push('concluded'),
      notConfirmed: () => void told.push('notConfirmed'),
      handlerFailed: () => void told.push('handlerFailed'),
    },
    clock: { wallMs: () => OCCURRED_AT.getTime() + 5_000, nowMs: () => 100 },
  } as unknown as Parts);
  return { spine, world, config, consultations, published, settled, told, listed: () => messageOf(eventJson()) };
}

describe('an event', () => {
  test('is acknowledged when all models that it concerns have answered, after its decision is stored', async () => {
    const it = rig();
    let isStored = false;
    it.world.confirmation = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      isStored = true;
    };
    expect(await it.spine.moderate('items', it.listed())).toBe('ack');
    expect(isStored).toBe(true);
    expect(it.consultations.map(({ ask, expiresAtMs }) => [ask, expiresAtMs])).toEqual([
      [['weapons', 'money'], 100 + it.config.items.budget],
    ]);
    expect(it.published.map(({ outlet }) => outlet)).toEqual(['decisions']);
    const decision = Decision.fromJSON(JSON.parse(it.published[0]!.data.toString()));
    expect(decision.topics.map(({ model }) => model).sort()).toEqual(['money', 'weapons']);
    expect([it.settled, it.told]).toEqual([['decided'], ['received', 'concluded']]);
  });

  test('is given back when one of them owes its answer, and nothing is published', async () => {
    const it = rig();
    const { answer } = it.world;
    it.world.answer = (model) => (model === 'money' ? PENDING : answer(model));
    expect(await it.spine.moderate('items', it.listed())).toBe('nack');
    expect(it.published).toEqual([]);
    expect(it.settled).toEqual(['returned']);
  });

  test('that comes again is asked of all of them again', async () => {
    const it = rig();
    it.world.answer = () => PENDING;
    for (let delivery = 0; delivery < 3; delivery++) await it.spine.moderate('items', it.listed());
    expect(it.consultations.map(({ ask }) => ask)).toEqual(Array(3).fill(['weapons', 'money']));
  });

  test('is decided without what failed for good', async () => {
    const it = rig();
    it.world.answer = () => ({ state: 'failed', error: 'INVALID_ARGUMENT: no' });
    expect(await it.spine.moderate('items', it.listed())).toBe('ack');
    expect(it.published.map(({ outlet }) => outlet)).toEqual(['decisions']);
  });

  test('is given back when a source fails, and only the models that do not need it are asked', async () => {
    const it = rig();
    it.world.seller = () => Promise.reject(new Error('away'));
    expect(await it.spine.moderate('items', it.listed())).toBe('nack');
    expect(it.consultations.map(({ ask }) => ask)).toEqual([['weapons']]);
  });
});

describe('what is no valid event', () => {
  test('goes to the quarantine as it came, and is acknowledged', async () => {
    const it = rig();
    expect(await it.spine.moderate('items', messageOf('{"eventId":'))).toBe('ack');
    expect(it.published.map(({ outlet, data }) => [outlet, data.toString()])).toEqual([['quarantine', '{"eventId":']]);
    expect([it.settled, it.told]).toEqual([['quarantined'], ['received', 'quarantined']]);
    expect(it.consultations).toEqual([]);
  });

  test('is given back when the quarantine does not confirm', async () => {
    const it = rig();
    it.world.confirmation = () => Promise.reject(new PublishError('away'));
    expect(await it.spine.moderate('items', messageOf('no event'))).toBe('nack');
    expect(it.told).toContain('notConfirmed');
  });
});

test('an event whose decision is not confirmed is given back', async () => {
  const it = rig();
  it.world.confirmation = () => Promise.reject(new PublishError('away'));
  expect(await it.spine.moderate('items', it.listed())).toBe('nack');
  expect([it.settled, it.told]).toEqual([['returned'], ['received', 'notConfirmed']]);
});

test('a fault of ours gives the event back, and is told as such', async () => {
  const it = rig();
  it.world.answer = () => {
    throw new TypeError('ours');
  };
  expect(await it.spine.moderate('items', it.listed())).toBe('nack');
  expect([it.settled, it.told]).toEqual([['returned'], ['received', 'handlerFailed']]);
});

test('there is no synchronous endpoint', async () => {
  await expect(rig().spine.answer(caseOf(), { enqueue: false, budgetMs: 1 })).rejects.toThrow(
    'no synchronous endpoint',
  );
});

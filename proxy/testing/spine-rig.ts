import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { BacklogEntry, Decision } from '../../proto/generated/moderation/v1/moderation.ts';
import type { Config } from '../config-schema.ts';
import { createEnricher } from '../enrichment/enrich.ts';
import { createSpine } from '../moderate.ts';
import type { Outcome } from '../moderation/outcome.ts';
import type { OutgoingMessage } from '../outlets/messages.ts';
import { type Outlet, PublishError } from '../outlets/publisher.ts';
import type { BreakerState } from '../panel/breaker.ts';
import type { PanelConsultation } from '../panel/panel.ts';
import { createFruitlessPasses } from '../store/fruitless-passes.ts';
import { createLateOutcomes } from '../store/late-outcomes.ts';
import { memoryStore } from '../store/memory.ts';
import { createRevisions } from '../store/revisions.ts';
import type { Events, SettledAs } from '../telemetry/events.ts';
import type { Tracing } from '../telemetry/tracing/tracing.ts';
import { OCCURRED_AT, sellerOf } from './events.ts';

export interface Published extends OutgoingMessage {
  readonly outlet: Outlet;
}

/**
 * The spine among fakes that a test steers: nothing here leaves the process.
 *
 * @param listener is told what happens, too
 */
export function createRig(config: Config, tracing?: Tracing, listener?: Events) {
  const published: Published[] = [];
  const consultations: PanelConsultation[] = [];
  const settled: [intake: string, as: SettledAs][] = [];
  const told: [event: string, detail?: unknown][] = [];
  const asked = new Map<string, number>();
  const breakers = new Map<string, BreakerState>();
  const store = memoryStore({ maxEntries: 1_000, ttlMs: 60_000 });
  const revisions = createRevisions(store, 1_000);
  const world = {
    /** What a model answers. */
    answer: (_model: string): Outcome => ({ state: 'scored', probability: 0.5, modelVersion: 'v1' }),
    /** What the source of sellers' profiles comes to. */
    seller: async (sellerId: string): Promise<SellerProfile> => sellerOf(sellerId),
    /** Runs while the models are being asked. */
    whileConsulting: async (): Promise<void> => {},
    /** When the broker confirms; what rejects is a refusal. */
    confirmation: async (_outlet: Outlet): Promise<void> => {},
    wallMs: OCCURRED_AT.getTime() + 5_000,
    nowMs: 0,
  };

  const members = new Map(
    Object.keys(config.models).map((name) => [
      name,
      {
        get breaker() {
          return breakers.get(name) ?? 'closed';
        },
      } as never,
    ]),
  );
  const nothing = () => {};
  const own: Events = {
    arrived: nothing,
    received: (intake) => told.push(['received', intake]),
    settled: (intake, as) => settled.push([intake, as]),
    quarantined: (_intake, _message, error) => told.push(['quarantined', error.message]),
    superseded: () => told.push(['superseded']),
    consulted: nothing,
    concluded: () => told.push(['concluded']),
    strayed: nothing,
    notConfirmed: (_message, error) => told.push(['notConfirmed', error.message]),
    handlerFailed: (_message, error) => told.push(['handlerFailed', error]),
    published: nothing,
    sent: nothing,
    called: nothing,
    coalesced: nothing,
    breakerChanged: nothing,
    cacheHit: nothing,
    cacheMissed: nothing,
    cacheBypassed: nothing,
    seller: { fetched: nothing, servedStale: nothing },
  };
  const events = listener ? both(own, listener) : own;
  const spine = createSpine({
    config,
    revisions,
    fruitlessPasses: createFruitlessPasses(store, 1_000),
    lateOutcomes: createLateOutcomes(store, 1_000),
    enricher: createEnricher({ seller: ({ sellerId }) => world.seller(sellerId) }),
    panel: {
      members,
      async consult(consultation) {
        consultations.push(consultation);
        await world.whileConsulting();
        for (const model of consultation.ask) asked.set(model, (asked.get(model) ?? 0) + 1);
        return new Map(consultation.ask.map((model) => [model, world.answer(model)]));
      },
      refreshVersions: async () => {},
      close: nothing,
    },
    publisher: {
      inFlight: 0,
      async publish(outlet, message) {
        published.push({ outlet, ...message });
        await world.confirmation(outlet);
      },
    },
    events,
    clock: { wallMs: () => world.wallMs, nowMs: () => world.nowMs },
    tracing,
  });

  const to = (outlet: Outlet) => published.filter((one) => one.outlet === outlet);
  return {
    spine,
    world,
    store,
    revisions,
    breakers,
    consultations,
    published,
    told,
    settled,
    /** How often each model was asked. */
    asked,
    to,
    decisions: () => to('decisions').map(({ data }) => Decision.fromJSON(JSON.parse(data.toString()))),
    entries: () => to('backlog').map(({ data }) => BacklogEntry.decode(data)),
    lastSettled: () => settled.at(-1)?.[1],
  };
}

/** What is told goes to the one and to the other. */
function both(one: Events, other: Events): Events {
  const tells = Object.entries(one).map(([name, tell]) => {
    const also = other[name as keyof Events];
    if (typeof tell !== 'function' || typeof also !== 'function') return [name, tell];
    return [
      name,
      (...args: never[]) => {
        (tell as (...args: never[]) => void)(...args);
        (also as (...args: never[]) => void)(...args);
      },
    ];
  });
  return Object.fromEntries(tells) as Events;
}

export const refused = () => Promise.reject(new PublishError('the topic has not confirmed: away'));

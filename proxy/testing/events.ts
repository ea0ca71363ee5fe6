import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { EventType, type Item } from '../../proto/generated/moderation/v1/item.ts';
import type { LeasedMessage } from '../intake/lease.ts';
import type { Case, History } from '../moderation/case.ts';
import type { ValidEvent } from '../moderation/event.ts';

export const OCCURRED_AT = new Date('2026-03-01T09:00:00.000Z');

export function itemOf(changes: Partial<Item> = {}): Item {
  return {
    itemId: 'item-1',
    revision: 1,
    sellerId: 'seller-1',
    title: 'Teapot',
    description: 'Holds a litre.',
    category: 'home/kitchen',
    price: { currency: 'USD', minorUnits: 1_250 },
    imageUrls: ['https://images.example/1.jpg'],
    ...changes,
  };
}

export function eventOf(item: Partial<Item> = {}, changes: Partial<Omit<ValidEvent, 'item'>> = {}): ValidEvent {
  return { eventId: 'event-1', type: EventType.LISTED, item: itemOf(item), occurredAt: OCCURRED_AT, ...changes };
}

export function sellerOf(sellerId = 'seller-1', changes: Partial<SellerProfile> = {}): SellerProfile {
  const profile = { accountAgeDays: 30, pastRemovals: 1, completedSales: 9, verified: true, rating: 4.5 };
  return { sellerId, ...profile, ...changes };
}

/** The first pass of an event. */
export function caseOf(event: ValidEvent = eventOf(), changes: Partial<Case> = {}): Case {
  return {
    intake: 'items',
    event,
    sourceMessageId: 'message-1',
    publishedAtMs: OCCURRED_AT.getTime() + 1_000,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...changes,
  };
}

/** What a backlog entry that owes those models says, having been put there at {@link OCCURRED_AT}. */
export function historyOwing(owed: readonly string[], changes: Partial<History> = {}): History {
  return {
    entryId: 'entry-1',
    owed: owed.map((model) => ({ model, attempts: 1, lastError: 'UNAVAILABLE: away' })),
    owedElsewhere: [],
    scores: new Map(),
    failures: new Map(),
    enrichment: { seller: undefined },
    firstPublishedAtMs: OCCURRED_AT.getTime(),
    passes: 0,
    ...changes,
  };
}

/** A pass of a backlog entry. */
export function backlogCaseOf(history: History, event: ValidEvent = eventOf()): Case {
  return caseOf(event, { intake: 'backlog', history });
}

export interface EventJson {
  [field: string]: unknown;
  item: Record<string, unknown>;
}

/** An event as a publisher writes it: proto3 JSON. */
export function eventJson(item: Record<string, unknown> = {}, changes: Record<string, unknown> = {}): EventJson {
  const { price, ...rest } = itemOf();
  return {
    eventId: 'event-1',
    type: 'LISTED',
    occurredAt: '2026-03-01T09:00:00Z',
    ...changes,
    item: { ...rest, price: { ...price }, ...item },
  };
}

export function messageOf(data: unknown, changes: Partial<LeasedMessage> = {}): LeasedMessage {
  return {
    id: 'message-1',
    data: Buffer.isBuffer(data) ? data : Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
    attributes: {},
    publishedAtMs: OCCURRED_AT.getTime() + 1_000,
    ...changes,
  };
}

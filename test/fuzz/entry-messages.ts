import fc from 'fast-check';
import { BacklogEntry } from '../../proto/generated/moderation/v1/moderation.ts';
import { eventJson, eventOf, OCCURRED_AT, sellerOf } from '../../proxy/testing/events.ts';
import { mutatedJsonBytes } from './json-mutants.ts';
import { anyBytes, oddNumber, oddText, PROTOTYPE_NAMES } from './odd-values.ts';
import { mutatedMessage, SHAPES } from './protobuf-mutants.ts';

/** The models that an entry may speak of: configured ones, and ones that nobody has. */
export const CONFIGURED = ['counterfeit', 'money', 'weapons'] as const;
const modelName = fc.oneof(
  { arbitrary: fc.constantFrom(...CONFIGURED), weight: 6 },
  fc.constantFrom('drugs', '', ...PROTOTYPE_NAMES),
  oddText,
);

const uint32 = fc.oneof(fc.nat(20), fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1));
const probability = fc.oneof(
  { arbitrary: fc.double({ min: 0, max: 1, noNaN: true }), weight: 5 },
  fc.constantFrom(Number.NaN, -0, -0.1, 1.000_000_1, Number.POSITIVE_INFINITY),
  oddNumber,
);
const time = fc.oneof(
  {
    arbitrary: fc.integer({ min: -100_000, max: 100_000 }).map((ms) => new Date(OCCURRED_AT.getTime() + ms)),
    weight: 5,
  },
  fc.constantFrom(-8.64e15, -1, 0, 253_402_300_800_000, 8.64e15).map((ms) => new Date(ms)),
  fc.constant(undefined),
);
const seller = fc
  .record({
    sellerId: oddText,
    accountAgeDays: uint32,
    pastRemovals: uint32,
    completedSales: uint32,
    rating: fc.constantFrom(4.5, -1, Number.NaN, Number.POSITIVE_INFINITY),
  })
  .map((changes) => sellerOf('seller-1', changes));

/** Entries that are well-formed, and say odd things. */
const oddEntry: fc.Arbitrary<BacklogEntry> = fc.record({
  event: fc.constantFrom(eventOf(), eventOf({ sellerId: 'seller-2', imageUrls: [] }), undefined),
  scores: fc.array(fc.record({ model: modelName, probability, modelVersion: oddText }), { maxLength: 4 }),
  owed: fc.array(fc.record({ model: modelName, attempts: uint32, lastError: oddText }), { maxLength: 4 }),
  enrichment: fc.oneof(fc.constant(undefined), fc.record({ seller: fc.oneof(seller, fc.constant(undefined)) })),
  firstPublishedAt: time,
  passes: uint32,
  traceparent: oddText,
  sourceMessageId: oddText,
  owedElsewhere: fc.array(modelName, { maxLength: 3 }),
  failures: fc.array(fc.record({ model: modelName, error: oddText, abandoned: fc.boolean() }), { maxLength: 3 }),
  eventPublishedAt: time,
});

/** An entry as the proxy writes it. */
export const ENTRY = BacklogEntry.fromPartial({
  event: eventOf(),
  owed: [
    { model: 'weapons', attempts: 2, lastError: 'UNAVAILABLE: away' },
    { model: 'counterfeit', attempts: 1, lastError: 'ENRICHMENT: seller: away' },
  ],
  scores: [{ model: 'money', probability: 0.25, modelVersion: 'v1' }],
  failures: [{ model: 'toys', error: 'asked 3 times', abandoned: true }],
  owedElsewhere: ['books'],
  enrichment: { seller: sellerOf() },
  firstPublishedAt: OCCURRED_AT,
  eventPublishedAt: OCCURRED_AT,
  passes: 3,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  sourceMessageId: 'message-1',
});
const binary = Buffer.from(BacklogEntry.encode(ENTRY).finish());

/** What somebody with the right to publish could put on the backlog. */
export const entryBytes: fc.Arbitrary<Buffer> = fc.oneof(
  { arbitrary: oddEntry.map((entry) => Buffer.from(BacklogEntry.encode(entry).finish())), weight: 6 },
  { arbitrary: mutatedMessage(binary, SHAPES.entry), weight: 6 },
  anyBytes(200),
  mutatedJsonBytes(eventJson()),
  fc.constantFrom(binary, Buffer.alloc(0)),
);

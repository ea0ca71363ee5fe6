import { credentials } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GetSellerProfileResponse, type SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import { type CatalogClient, createCatalogClient } from '../../proxy/enrichment/catalog-client.ts';
import { createEnricher, NOTHING_KNOWN } from '../../proxy/enrichment/enrich.ts';
import { createSellerProfiles } from '../../proxy/enrichment/seller-profiles.ts';
import { createSubject } from '../../proxy/panel/subject.ts';
import { itemOf, sellerOf } from '../../proxy/testing/events.ts';
import { oddAnswers, rudeAnswers } from './grpc-answers.ts';
import { anyBytes, oddText } from './odd-values.ts';
import { mutatedMessage, SHAPES } from './protobuf-mutants.ts';
import { framed, OK_TRAILERS, type RawGrpcServer, type Reaction, startRawGrpcServer } from './raw-grpc-server.ts';
import { failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

const encoded = (profile: SellerProfile | undefined) =>
  Buffer.from(GetSellerProfileResponse.encode({ profile }).finish());
const good: Reaction = { kind: 'answer', body: framed(encoded(sellerOf())), trailers: OK_TRAILERS };

const uint32 = fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1);
const profile: fc.Arbitrary<SellerProfile> = fc.record({
  sellerId: oddText,
  accountAgeDays: uint32,
  pastRemovals: uint32,
  completedSales: uint32,
  verified: fc.boolean(),
  rating: fc.oneof(fc.float(), fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, -1, 6)),
});
const message = fc.oneof(
  { arbitrary: profile.map(encoded), weight: 3 },
  { arbitrary: mutatedMessage(encoded(sellerOf()), SHAPES.profileResponse), weight: 4 },
  anyBytes(60),
  fc.constant(encoded(undefined)),
);

let catalogue: RawGrpcServer;
let client: CatalogClient;
beforeAll(async () => {
  catalogue = await startRawGrpcServer();
  client = createCatalogClient(catalogue.address, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await catalogue[Symbol.asyncDispose]();
});

/** Profiles of nobody yet, behind a breaker that is closed, over the connection that is there. */
function freshProfiles(timeoutMs: number) {
  return createSellerProfiles({
    client: { ...client, close: () => {} },
    timeoutMs,
    ttlMs: 60_000,
    maxEntries: 10,
    concurrency: 4,
    now: () => performance.now(),
  });
}

/** What enriching an item comes to; never a rejection. */
async function enriched(timeoutMs: number) {
  const profiles = freshProfiles(timeoutMs);
  const enricher = createEnricher({ seller: ({ sellerId }) => profiles.profileOf(sellerId) });
  try {
    return await enricher.enrich(itemOf(), ['seller'], NOTHING_KNOWN, timeoutMs + 50);
  } finally {
    profiles.close();
  }
}

/** Either the reason why there is no profile, or one that can be sent to a model and looked up in the cache. */
function expectSound({ enrichment, failures }: Awaited<ReturnType<typeof enriched>>): void {
  if (!enrichment.seller) {
    expect(failures.get('seller')).toMatch(/./);
    return;
  }
  expect(failures.size).toBe(0);
  const { sellerId, accountAgeDays, pastRemovals, completedSales, verified, rating } = enrichment.seller;
  for (const count of [accountAgeDays, pastRemovals, completedSales]) {
    expect(count).toSatisfy((one: number) => Number.isInteger(one) && one >= 0 && one < 2 ** 32);
  }
  expect([typeof sellerId, typeof verified, typeof rating]).toEqual(['string', 'boolean', 'number']);
  const subject = createSubject(itemOf(), enrichment);
  expect(PredictInput.decode(subject.input(['seller'])).enrichment).toEqual(enrichment);
  expect(subject.digest(['title'], ['seller'])).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
}

async function expectUsable(): Promise<void> {
  catalogue.react = () => good;
  const answered = () => client.getSellerProfile('seller-1', 10_000).catch((error: Error) => error.message);
  await expect.poll(answered, { timeout: 20_000, interval: 20 }).toEqual(sellerOf());
}

describe('whatever the catalogue answers', () => {
  test(
    'an item has a profile or the reason why not, and the connection remains',
    () =>
      fc.assert(
        fc.asyncProperty(oddAnswers(message), async (reaction) => {
          catalogue.react = () => reaction;
          expectSound(await enriched(60));
          catalogue.react = () => good;
          expect(await client.getSellerProfile('seller-1', 10_000)).toEqual(sellerOf());
        }),
        runs(150),
      ),
    PATIENCE_MS,
  );

  test('without a profile, the seller is one whom nobody knows', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from([0x78, 1]), Buffer.from([0x10, 1])]) {
      catalogue.react = () => ({ kind: 'answer', body: framed(bytes), trailers: OK_TRAILERS });
      const { enrichment } = await enriched(10_000);
      expect(enrichment.seller).toMatchObject({ sellerId: 'seller-1', accountAgeDays: 0, verified: false });
    }
  });

  test('larger than a profile may be, it is refused, and the connection remains', async () => {
    for (const size of [65_537, 1_048_576, 20 * 1_048_576]) {
      catalogue.react = () => ({ kind: 'answer', body: framed(Buffer.alloc(size)), trailers: OK_TRAILERS });
      const { failures } = await enriched(10_000);
      expect(failures.get('seller')).toContain('RESOURCE_EXHAUSTED');
      catalogue.react = () => good;
      expect(await client.getSellerProfile('seller-1', 10_000)).toEqual(sellerOf());
    }
  });

  test(
    'rudely, an item has a profile or the reason why not in time, and the catalogue can be asked again',
    () =>
      fc.assert(
        fc.asyncProperty(rudeAnswers(message), async (reaction) => {
          catalogue.react = () => reaction;
          const startedAtMs = performance.now();
          expectSound(await enriched(100));
          expect(performance.now() - startedAtMs).toBeLessThan(10_000);
          await expectUsable();
        }),
        runs(12),
      ),
    PATIENCE_MS,
  );

  test(
    'to many who ask at the same time, each has an answer of its own',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(oddAnswers(message), { minLength: 1, maxLength: 5 }), async (reactions) => {
          let next = 0;
          catalogue.react = () => reactions[next++ % reactions.length]!;
          const profiles = freshProfiles(60);
          const sellers = ['a', 'b', 'c', 'a', '', '\ud800', '__proto__', 'é'.repeat(200)];
          const all = await Promise.allSettled(sellers.map((seller) => profiles.profileOf(seller)));
          for (const one of all) {
            if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(Error);
            else expect(typeof one.value.rating).toBe('number');
          }
          profiles.close();
        }),
        runs(25),
      ),
    PATIENCE_MS,
  );
});

import { setTimeout as sleep } from 'node:timers/promises';
import { credentials, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Catalog, startCatalog } from '../../infra/catalog/catalog.ts';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { sellerOf } from '../testing/events.ts';
import { createCatalogClient } from './catalog-client.ts';
import { createSellerProfiles, type SellerProfilesOptions } from './seller-profiles.ts';

/** Longer than the cache goes by one look at the clock. */
const CLOCK_MS = 5;

/** A catalogue that counts what it is asked for and knows every seller but `unknown`. */
async function countingCatalog(options: { latencyMs?: number; port?: number } = {}) {
  const asked: string[] = [];
  const profiles = (sellerId: string): SellerProfile | undefined => {
    asked.push(sellerId);
    return sellerId === 'unknown' ? undefined : sellerOf(sellerId);
  };
  const catalog: Catalog = await startCatalog({ profiles, drainMs: 0, ...options });
  return {
    asked,
    address: catalog.address,
    port: Number(catalog.address.split(':').at(-1)),
    [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose](),
  };
}

function profilesOf(target: string, changes: Partial<SellerProfilesOptions> = {}) {
  const codes: number[] = [];
  const it = { stale: 0 };
  const client = createCatalogClient(target, credentials.createInsecure());
  const profiles = createSellerProfiles({
    client,
    now: () => performance.now(),
    timeoutMs: 2_000,
    ttlMs: 60_000,
    maxEntries: 100,
    concurrency: 8,
    observer: { fetched: (code) => codes.push(code), servedStale: () => it.stale++ },
    ...changes,
  });
  onTestFinished(() => profiles.close());
  return Object.assign(it, { codes, profileOf: profiles.profileOf, connect: client.connect });
}

describe("sellers' profiles", () => {
  test('come from the catalogue once, and are kept', async () => {
    await using catalog = await countingCatalog();
    const profiles = profilesOf(catalog.address);
    expect(await profiles.profileOf('a')).toEqual(sellerOf('a'));
    expect(await profiles.profileOf('a')).toEqual(sellerOf('a'));
    await profiles.profileOf('b');
    expect(catalog.asked).toEqual(['a', 'b']);
    expect(profiles.codes).toEqual([status.OK, status.OK]);
  });

  test('are at hand, without a promise, from when they have come until they are too old', async () => {
    await using catalog = await countingCatalog();
    let nowMs = 1_000;
    const profiles = profilesOf(catalog.address, { ttlMs: 30, now: () => nowMs });
    const coming = profiles.profileOf('a');
    expect(coming).toBeInstanceOf(Promise);
    expect(profiles.profileOf('a')).toBeInstanceOf(Promise);
    await coming;
    nowMs += 29;
    await sleep(CLOCK_MS);
    expect(profiles.profileOf('a')).toEqual(sellerOf('a'));
    nowMs += 2;
    await sleep(CLOCK_MS);
    const again = profiles.profileOf('a');
    expect(again).toBeInstanceOf(Promise);
    // Also while it is being fetched again.
    expect(profiles.profileOf('a')).toBeInstanceOf(Promise);
    expect(await again).toEqual(sellerOf('a'));
    expect(catalog.asked).toEqual(['a', 'a']);
  });

  test('are fetched once for all who ask at the same time', async () => {
    await using catalog = await countingCatalog();
    const profiles = profilesOf(catalog.address);
    const all = await Promise.all(Array.from({ length: 20 }, () => profiles.profileOf('a')));
    expect(all).toEqual(Array(20).fill(sellerOf('a')));
    expect(catalog.asked).toEqual(['a']);
  });

  test('are fetched again when they are too old', async () => {
    await using catalog = await countingCatalog();
    const profiles = profilesOf(catalog.address, { ttlMs: 30 });
    await profiles.profileOf('a');
    await sleep(40);
    await profiles.profileOf('a');
    expect(catalog.asked).toEqual(['a', 'a']);
  });

  test('serve beyond their age while the catalogue is down, and that is told', async () => {
    const catalog = await countingCatalog();
    const profiles = profilesOf(catalog.address, { ttlMs: 30 });
    await profiles.profileOf('a');
    await catalog[Symbol.asyncDispose]();
    await sleep(40);
    for (let asked = 1; asked <= 8; asked++) {
      expect(await profiles.profileOf('a')).toEqual(sellerOf('a'));
      expect(profiles.stale).toBe(asked);
    }
    // After five failures the catalogue is spared.
    expect(profiles.codes.filter((code) => code !== status.OK).length).toBeLessThan(8);
  });

  test('that nobody has ever seen fail with the reason while the catalogue is down, quickly', async () => {
    const catalog = await countingCatalog();
    await catalog[Symbol.asyncDispose]();
    const profiles = profilesOf(catalog.address);
    const startedAtMs = performance.now();
    await expect(profiles.profileOf('a')).rejects.toThrow(/^UNAVAILABLE: /);
    for (let asked = 0; asked < 9; asked++) await expect(profiles.profileOf('a')).rejects.toThrow();
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  test('of a seller whom the catalogue does not know are those of a new account, and kept', async () => {
    await using catalog = await countingCatalog();
    const profiles = profilesOf(catalog.address);
    const nobody = { accountAgeDays: 0, pastRemovals: 0, completedSales: 0, verified: false, rating: 0 };
    expect(await profiles.profileOf('unknown')).toEqual({ sellerId: 'unknown', ...nobody });
    await profiles.profileOf('unknown');
    expect(catalog.asked).toEqual(['unknown']);
    expect(profiles.codes).toEqual([status.NOT_FOUND]);
  });

  test('fail at the deadline, the wait for a turn included', async () => {
    await using catalog = await countingCatalog({ latencyMs: 10_000 });
    const profiles = profilesOf(catalog.address, { timeoutMs: 150, concurrency: 1 });
    await profiles.connect();
    const startedAtMs = performance.now();
    const all = await Promise.allSettled(['a', 'b', 'c'].map((seller) => profiles.profileOf(seller)));
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    for (const one of all) {
      expect(one).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringMatching(/^DEADLINE_EXCEEDED/) },
      });
    }
  });

  test('are had again soon after the catalogue is back', async () => {
    const catalog = await countingCatalog();
    const profiles = profilesOf(catalog.address);
    expect(await profiles.connect()).toBe(true);
    await catalog[Symbol.asyncDispose]();
    await expect(profiles.profileOf('a')).rejects.toThrow();
    await using _again = await countingCatalog({ port: catalog.port });
    await expect
      .poll(() => Promise.resolve(profiles.profileOf('a')).then(({ sellerId }) => sellerId, String), { timeout: 5_000 })
      .toBe('a');
  });

  test('can not be had from an address where nobody listens, which is known within a second or so', async () => {
    const catalog = await countingCatalog();
    await catalog[Symbol.asyncDispose]();
    const startedAtMs = performance.now();
    expect(await profilesOf(catalog.address).connect()).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(1_800);
  });
});

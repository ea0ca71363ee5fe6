import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { itemOf, sellerOf } from '../testing/events.ts';
import { createEnricher, NOTHING_KNOWN } from './enrich.ts';

const TIMEOUT_MS = 5_000;
const SELLER = ['seller' as const];

describe('the enrichment of an item', () => {
  test('fetches a source once, for the item', async () => {
    const seller = vi.fn(async () => sellerOf());
    const item = itemOf();
    const { enrichment, failures } = await createEnricher({ seller }).enrich(item, SELLER, NOTHING_KNOWN, TIMEOUT_MS);
    expect([enrichment, failures.size]).toEqual([{ seller: sellerOf() }, 0]);
    expect(seller).toHaveBeenCalledExactlyOnceWith(item);
  });

  test('takes what is at hand as it is, without waiting for it', async () => {
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    onTestFinished(() => setTimeout.mockRestore());
    const enriching = createEnricher({ seller: () => sellerOf() }).enrich(itemOf(), SELLER, NOTHING_KNOWN, TIMEOUT_MS);
    expect(setTimeout).not.toHaveBeenCalled();
    const { enrichment, failures } = await enriching;
    expect([enrichment, failures.size]).toEqual([{ seller: sellerOf() }, 0]);
  });

  test('names a source that throws instead of rejecting', async () => {
    const seller = () => {
      throw new Error('no such source');
    };
    const { enrichment, failures } = await createEnricher({ seller }).enrich(itemOf(), SELLER, NOTHING_KNOWN, 0);
    expect([enrichment, ...failures]).toEqual([NOTHING_KNOWN, ['seller', 'no such source']]);
  });

  test('fetches nothing that is not needed, or known already', async () => {
    const seller = vi.fn(async () => sellerOf('other'));
    const enricher = createEnricher({ seller });
    expect((await enricher.enrich(itemOf(), [], NOTHING_KNOWN, TIMEOUT_MS)).enrichment).toEqual(NOTHING_KNOWN);
    const known = { seller: sellerOf('known') };
    expect((await enricher.enrich(itemOf(), SELLER, known, TIMEOUT_MS)).enrichment).toEqual(known);
    expect((await enricher.enrich(itemOf(), [], known, TIMEOUT_MS)).enrichment).toEqual(known);
    expect(seller).not.toHaveBeenCalled();
  });

  test.each([
    ['an Error', new Error('UNAVAILABLE: away'), 'UNAVAILABLE: away'],
    ['something else', 'a string', 'a string'],
  ])('names a source that fails, with the reason, and never rejects: %s', async (_what, thrown, reason) => {
    const enricher = createEnricher({ seller: () => Promise.reject(thrown) });
    const { enrichment, failures } = await enricher.enrich(itemOf(), SELLER, NOTHING_KNOWN, TIMEOUT_MS);
    expect(enrichment).toEqual(NOTHING_KNOWN);
    expect([...failures]).toEqual([['seller', reason]]);
  });

  test('names a source that is not configured', async () => {
    const { failures } = await createEnricher({}).enrich(itemOf(), SELLER, NOTHING_KNOWN, TIMEOUT_MS);
    expect([...failures]).toEqual([['seller', 'the source is not configured']]);
  });

  test('leaves what was known as it is', async () => {
    const known = { seller: undefined };
    await createEnricher({ seller: async () => sellerOf() }).enrich(itemOf(), SELLER, known, TIMEOUT_MS);
    expect([known.seller, NOTHING_KNOWN.seller]).toEqual([undefined, undefined]);
  });

  test('names a source that does not answer in time', async () => {
    const enricher = createEnricher({ seller: () => new Promise(() => {}) });
    const { failures } = await enricher.enrich(itemOf(), SELLER, NOTHING_KNOWN, 20);
    expect([...failures]).toEqual([['seller', 'no answer within 20 ms']]);
  });
});

import { expect, test, vi } from 'vitest';
import { Item } from '../../../proto/generated/moderation/v1/item.ts';
import { NOTHING_KNOWN } from '../../../proxy/enrichment/enrich.ts';
import { unshared } from './unshared-enricher.ts';

const SOURCES = ['seller'] as const;
const itemOf = (itemId: string) => Item.create({ itemId, sellerId: 'seller' });

test('messages on one item fetch one after the other, those on different items side by side', async () => {
  vi.useFakeTimers();
  const asked: string[] = [];
  const enricher = unshared({
    async enrich({ itemId }) {
      asked.push(`${itemId} at ${Date.now()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { enrichment: NOTHING_KNOWN, failures: new Map() };
    },
  });
  vi.setSystemTime(0);
  const fetched = ['a', 'a', 'b'].map((itemId) => enricher.enrich(itemOf(itemId), SOURCES, NOTHING_KNOWN, 300));
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all(fetched);
  expect(asked).toEqual(['a at 0', 'b at 0', 'a at 12']);
  vi.useRealTimers();
});

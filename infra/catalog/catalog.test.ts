import { credentials, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { CatalogServiceClient } from '../../proto/generated/catalog/v1/catalog.ts';
import { callUnary } from '../grpc/call.ts';
import { connectReflection } from '../grpc/test-reflection.ts';
import { startCatalog } from './catalog.ts';
import { syntheticProfile } from './synthetic-profiles.ts';

function connect(address: string) {
  const client = new CatalogServiceClient(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  return {
    ask: (sellerId: string, timeoutMs = 5_000) =>
      callUnary(client.getSellerProfile.bind(client), { sellerId }, { timeoutMs }),
    [Symbol.dispose]: () => client.close(),
  };
}

describe('the catalogue', () => {
  test('answers with the profile of a seller', async () => {
    await using catalog = await startCatalog({ profiles: syntheticProfile });
    using client = connect(catalog.address);
    const { profile } = await client.ask('new-1');
    const { rating, ...rest } = syntheticProfile('new-1')!;
    expect(profile).toMatchObject(rest);
    expect(profile?.rating).toBeCloseTo(rating, 5);
  });

  test('answers NOT_FOUND for an unknown seller and INVALID_ARGUMENT for none', async () => {
    await using catalog = await startCatalog({ profiles: syntheticProfile });
    using client = connect(catalog.address);
    await expect(client.ask('unknown-1')).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: 'there is no seller with the id "unknown-1"',
    });
    await expect(client.ask('')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test('takes as long as it is told to, and lets a caller go earlier', async () => {
    await using catalog = await startCatalog({ profiles: syntheticProfile, latencyMs: 150 });
    using client = connect(catalog.address);
    const before = performance.now();
    await client.ask('a');
    expect(performance.now() - before).toBeGreaterThanOrEqual(145);
    await expect(client.ask('a', 50)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  });

  test('lists its service by reflection', async () => {
    await using catalog = await startCatalog({ profiles: syntheticProfile });
    using reflection = connectReflection(catalog.address);
    expect(await reflection.services()).toEqual(['catalog.v1.CatalogService', 'grpc.health.v1.Health']);
  });
});

import { type ChannelCredentials, Metadata } from '@grpc/grpc-js';
import { REPLICATED_SERVICE } from '../../infra/grpc/channel-options.ts';
import { CatalogServiceClient, type SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import { CallError } from '../panel/model-client.ts';

export interface CatalogClient {
  /**
   * The profile; undefined where the answer has none.
   *
   * @throws CallError always that, NOT_FOUND for an unknown seller, and at the latest after `timeoutMs` milliseconds
   */
  getSellerProfile(sellerId: string, timeoutMs: number): Promise<SellerProfile | undefined>;
  /** Resolves with whether the catalogue can be reached, at the latest after a second; the first call then finds a connection. */
  connect(): Promise<boolean>;
  close(): void;
}

const CONNECT_MS = 1_000;

export function createCatalogClient(target: string, credentials: ChannelCredentials): CatalogClient {
  const client = new CatalogServiceClient(target, credentials, {
    ...REPLICATED_SERVICE,
    'grpc.max_receive_message_length': 65_536,
  });
  return {
    getSellerProfile: (sellerId, timeoutMs) =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + timeoutMs;
        client.getSellerProfile({ sellerId }, new Metadata(), { deadline }, (error, response) => {
          if (!error) resolve(response?.profile);
          else reject(new CallError(error.code, error.details, { cause: error }));
        });
      }),
    connect: () =>
      new Promise((resolve) => client.waitForReady(Date.now() + CONNECT_MS, (error) => resolve(error === undefined))),
    close: () => client.close(),
  };
}

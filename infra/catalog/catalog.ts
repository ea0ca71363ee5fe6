import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerCredentials, status } from '@grpc/grpc-js';
import { type Logger, pino } from 'pino';
import {
  CatalogServiceService,
  type GetSellerProfileRequest,
  type GetSellerProfileResponse,
} from '../../proto/generated/catalog/v1/catalog.ts';
import { type GrpcServer, startGrpcServer } from '../grpc/server.ts';
import { RpcError, serveUnary, type UnaryMethod } from '../grpc/unary.ts';
import type { Profiles } from './profiles.ts';

export interface CatalogOptions {
  readonly profiles: Profiles;
  /** 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  /** 0, a free one, unless given. */
  readonly port?: number | undefined;
  /** How long every answer takes: 0 unless given. */
  readonly latencyMs?: number | undefined;
  /** 5 minutes unless given. */
  readonly maxConnectionAgeMs?: number | undefined;
  /** How long calls in flight may take when the catalogue is disposed of. 5 seconds unless given. */
  readonly drainMs?: number | undefined;
  /** Plain text unless given. */
  readonly credentials?: ServerCredentials | undefined;
  readonly log?: Logger | undefined;
}

/** A catalogue that is served. Disposing of it drains: see GrpcServer. */
export interface Catalog extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
}

/**
 * Serves seller profiles as `catalog.v1.CatalogService`, with health and reflection.
 *
 * @throws AddressError when the address can't be listened on.
 */
export async function startCatalog(options: CatalogOptions): Promise<Catalog> {
  const { profiles, host = '127.0.0.1', port = 0, latencyMs = 0, maxConnectionAgeMs, drainMs, credentials } = options;
  const log = options.log ?? pino({ level: 'silent' });
  const server: GrpcServer = await startGrpcServer({
    host,
    port,
    credentials,
    maxConnectionAgeMs,
    drainMs,
    services: [
      {
        name: 'catalog.v1.CatalogService',
        protoFile: 'catalog/v1/catalog.proto',
        definition: CatalogServiceService,
        implementation: { getSellerProfile: serveUnary(profileBy(profiles, latencyMs), log) },
      },
    ],
  });
  return { address: server.address, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function profileBy(
  profiles: Profiles,
  latencyMs: number,
): UnaryMethod<GetSellerProfileRequest, GetSellerProfileResponse> {
  return async ({ sellerId }, { signal }) => {
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal }).catch(giveUp);
    if (sellerId === '') throw new RpcError(status.INVALID_ARGUMENT, 'seller_id is required');
    const profile = profiles(sellerId);
    if (!profile) throw new RpcError(status.NOT_FOUND, `there is no seller with the id ${JSON.stringify(sellerId)}`);
    return { profile };
  };
}

function giveUp(cause: unknown): never {
  throw new RpcError(status.CANCELLED, 'the caller has given up', { cause });
}

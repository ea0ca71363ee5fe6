import { status } from '@grpc/grpc-js';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import type { CatalogClient } from '../../proxy/enrichment/catalog-client.ts';
import { CallError } from '../../proxy/panel/model-client.ts';
import { type Host, later } from './host.ts';
import type { Random } from './random.ts';

/** How the catalogue is; changed at will. */
export interface CatalogConditions {
  state: 'up' | 'down' | 'hanging';
  /** What an answer takes on top of its usual time, in milliseconds. */
  delayMs: number;
}

export interface SimulatedCatalog {
  readonly conditions: CatalogConditions;
  connect(host: Host): CatalogClient;
}

/** @param onCall told of every call, whatever comes of it */
export function createCatalog(random: Random, onCall: (sellerId: string) => void = () => {}): SimulatedCatalog {
  const conditions: CatalogConditions = { state: 'up', delayMs: 0 };
  return {
    conditions,
    connect: (host) => ({
      getSellerProfile: (sellerId, timeoutMs) =>
        new Promise((resolve, reject) => {
          onCall(sellerId);
          const answerMs = random.logNormal(3, 0.5) + conditions.delayMs;
          const isLate = conditions.state === 'hanging' || answerMs > timeoutMs;
          const fail = (code: number, details: string) => reject(new CallError(code, details));
          later(host, isLate ? timeoutMs : answerMs, () => {
            if (isLate) fail(status.DEADLINE_EXCEEDED, 'no answer in time');
            else if (conditions.state === 'down') fail(status.UNAVAILABLE, 'connection refused');
            else if (isUnknown(sellerId)) fail(status.NOT_FOUND, 'no such seller');
            else resolve(profileOf(sellerId));
          });
        }),
      connect: () => Promise.resolve(true),
      close() {},
    }),
  };
}

function isUnknown(sellerId: string): boolean {
  return sellerId.endsWith('-unknown');
}

/** What the models are to be told of a seller. */
export function profileOf(sellerId: string): SellerProfile {
  if (isUnknown(sellerId)) {
    return { sellerId, accountAgeDays: 0, pastRemovals: 0, completedSales: 0, verified: false, rating: 0 };
  }
  const number = [...sellerId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return {
    sellerId,
    accountAgeDays: number % 900,
    pastRemovals: number % 4,
    completedSales: number % 300,
    verified: number % 2 === 0,
    // As it comes over the wire, where it is a float.
    rating: Math.fround((number % 50) / 10),
  };
}

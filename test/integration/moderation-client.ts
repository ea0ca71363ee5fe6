import { credentials, Metadata } from '@grpc/grpc-js';
import type { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { type Decision, ModerationServiceClient } from '../../proto/generated/moderation/v1/moderation.ts';

/** The synchronous endpoint, as its callers have it. */
export interface ModerationClient extends Disposable {
  /** @throws ServiceError, as a rejection */
  moderate(event: ItemEvent, options?: { metadata?: Record<string, string>; timeoutMs?: number }): Promise<Decision>;
}

export function connectModeration(address: string): ModerationClient {
  const client = new ModerationServiceClient(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  });
  return {
    moderate: (event, { metadata = {}, timeoutMs = 20_000 } = {}) =>
      new Promise((resolve, reject) => {
        const headers = new Metadata();
        for (const [key, value] of Object.entries(metadata)) headers.set(key, value);
        client.moderate(event, headers, { deadline: Date.now() + timeoutMs }, (error, decision) => {
          if (error) reject(error);
          else resolve(decision);
        });
      }),
    [Symbol.dispose]: () => client.close(),
  };
}

import { randomUUID } from 'node:crypto';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { EventType, type ItemEvent } from '../../../proto/generated/moderation/v1/item.ts';
import { type Decision, ModerationServiceClient } from '../../../proto/generated/moderation/v1/moderation.ts';
import type { FieldFault, ModerateRequest } from './wire.ts';

/** The synchronous endpoint has answered by an error. */
export class ModerationRefused extends Error {
  override readonly name = 'ModerationRefused';
  /** The name of the gRPC status. */
  readonly code: string;
  readonly faults: readonly FieldFault[];

  constructor(code: string, message: string, faults: readonly FieldFault[]) {
    super(message);
    this.code = code;
    this.faults = faults;
  }
}

/** Asks the synchronous endpoints of the proxies. */
export interface Moderator extends Disposable {
  /** @throws ModerationRefused */
  moderate(request: ModerateRequest, address: string): Promise<Decision>;
}

const TIMEOUT_MS = 5_000;

export function createModerator(): Moderator {
  const clients = new Map<string, ModerationServiceClient>();

  function clientOf(address: string): ModerationServiceClient {
    const client = clients.get(address) ?? new ModerationServiceClient(address, credentials.createInsecure());
    clients.set(address, client);
    return client;
  }

  return {
    moderate(request, address) {
      const metadata = new Metadata();
      if (request.enqueue) metadata.set('eddy-backlog', 'enqueue');
      const { promise, resolve, reject } = Promise.withResolvers<Decision>();
      clientOf(address).moderate(
        eventOf(request),
        metadata,
        { deadline: Date.now() + TIMEOUT_MS },
        (error, decision) => {
          if (error) reject(refusalOf(error));
          else resolve(decision);
        },
      );
      return promise;
    },
    [Symbol.dispose]() {
      for (const client of clients.values()) client.close();
    },
  };
}

function eventOf({ title, description, category, sellerId, price }: ModerateRequest): ItemEvent {
  const id = randomUUID();
  return {
    eventId: `typed-event-${id}`,
    type: EventType.LISTED,
    item: {
      itemId: `typed-item-${id}`,
      revision: 1,
      sellerId,
      title,
      description,
      category,
      price: price ?? undefined,
      imageUrls: [],
    },
    occurredAt: new Date(),
  };
}

function refusalOf({ code, details }: ServiceError): ModerationRefused {
  const name = status[code] ?? 'UNKNOWN';
  const faults = code === status.INVALID_ARGUMENT ? faultsOf(details) : [];
  // The client's own words for it are its addresses and timings.
  const isLate = code === status.DEADLINE_EXCEEDED;
  return new ModerationRefused(name, isLate ? `no answer within ${TIMEOUT_MS / 1_000} s` : details, faults);
}

// `the event is invalid: item.sellerId: is required; item.title: expected at most 1000 characters`
const FAULT =
  /(?:^|: |; )((?:item|eventId|type|occurredAt)[\w.]*): (.*?)(?=; (?:item|eventId|type|occurredAt)[\w.]*: |$)/gs;

/** The faults by field that the details of INVALID_ARGUMENT tell, the fields named as the form names them. */
export function faultsOf(details: string): FieldFault[] {
  return [...details.matchAll(FAULT)].map(([, field = '', message = '']) => ({
    field: field.replace(/^item\./, ''),
    message,
  }));
}

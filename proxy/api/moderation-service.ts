import { randomUUID } from 'node:crypto';
import { type handleUnaryCall, status } from '@grpc/grpc-js';
import type { ServedService } from '../../infra/grpc/server.ts';
import type { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { type Decision, ModerationServiceService } from '../../proto/generated/moderation/v1/moderation.ts';
import { InvalidMessageError, validate } from '../intake/decode-event.ts';
import type { Spine } from '../moderate.ts';
import { PublishError } from '../outlets/publisher.ts';

export interface ModerationServiceOptions {
  readonly spine: Pick<Spine, 'answer'>;
  /** Requests at one time; more are refused. */
  readonly maxInFlight: number;
  /** The longest that one request may take, in milliseconds; the caller's deadline may be shorter. */
  readonly budgetMs: number;
}

export interface ModerationEndpoint extends ServedService {
  /** Requests being answered. */
  readonly inFlight: number;
}

/** The request metadata by which a caller asks that what is pending goes to the backlog. */
const BACKLOG_KEY = 'eddy-backlog';

/**
 * The synchronous endpoint. Answers INVALID_ARGUMENT with every field at fault, FAILED_PRECONDITION when a newer
 * revision of the item is known, RESOURCE_EXHAUSTED beyond `maxInFlight`, UNAVAILABLE when the backlog was asked for
 * and has not confirmed.
 */
export function moderationService(options: ModerationServiceOptions): ModerationEndpoint {
  const { spine, maxInFlight, budgetMs } = options;
  let inFlight = 0;

  const moderate: handleUnaryCall<ItemEvent, Decision> = async (call, callback) => {
    const refuse = (code: number, details: string) => callback({ code, details: details.toWellFormed() });
    if (inFlight >= maxInFlight) {
      refuse(status.RESOURCE_EXHAUSTED, `${inFlight} requests are being answered already`);
      return;
    }
    inFlight++;
    try {
      const [enqueue, problem] = wantsBacklog(call.metadata.get(BACKLOG_KEY));
      if (problem) return refuse(status.INVALID_ARGUMENT, problem);
      const event = validate(call.request);
      const answer = await spine.answer(
        {
          intake: 'moderate',
          event,
          sourceMessageId: `moderate-${randomUUID()}`,
          publishedAtMs: Date.now(),
          traceparent: String(call.metadata.get('traceparent')[0] ?? ''),
        },
        { enqueue, budgetMs: Math.min(budgetMs, remainingMs(call.getDeadline())) },
      );
      if (answer === 'superseded') refuse(status.FAILED_PRECONDITION, 'a newer revision of the item is known');
      else callback(null, answer);
    } catch (error) {
      if (error instanceof InvalidMessageError) {
        const fields = error.fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
        refuse(status.INVALID_ARGUMENT, `${error.message}: ${fields}`);
      } else if (error instanceof PublishError) {
        refuse(status.UNAVAILABLE, error.message);
      } else {
        // The spine has told what it was.
        refuse(status.INTERNAL, 'the proxy failed to answer; its log says why');
      }
    } finally {
      inFlight--;
    }
  };

  return {
    name: 'moderation.v1.ModerationService',
    protoFile: 'moderation/v1/moderation.proto',
    definition: ModerationServiceService,
    implementation: { moderate },
    get inFlight() {
      return inFlight;
    },
  };
}

function wantsBacklog(values: readonly (string | Buffer)[]): [enqueue: boolean, problem?: string] {
  if (values.length === 0) return [false];
  return values[0] === 'enqueue' ? [true] : [false, `${BACKLOG_KEY}: expected "enqueue", got "${values[0]}"`];
}

function remainingMs(deadline: Date | number): number {
  return (typeof deadline === 'number' ? deadline : deadline.getTime()) - Date.now();
}

import { Metadata, status } from '@grpc/grpc-js';
import { ErrorInfo } from '../../../proto/generated/google/rpc/error_details.ts';
import { Status } from '../../../proto/generated/google/rpc/status.ts';
import { RpcError } from '../../grpc/unary.ts';
import { isAckId } from '../broker/ack-id.ts';

const explanation =
  'Some acknowledgement ids in the request were invalid. This could be because the acknowledgement ids have expired or ' +
  'the acknowledgement ids were malformed.';

/** Acks or changes of deadlines that came too late, each by its id, in the form that Google's clients read. */
export class AckFailure extends RpcError {
  readonly metadata: Metadata;

  constructor(ackIds: readonly string[]) {
    super(status.INVALID_ARGUMENT, explanation);
    this.metadata = new Metadata();
    this.metadata.set('grpc-status-details-bin', details(ackIds));
  }
}

/** @throws RpcError INVALID_ARGUMENT for what was never an id of a delivery */
export function refuseMalformed(ackIds: readonly string[]): void {
  const malformed = ackIds.find((ackId) => !isAckId(ackId));
  if (malformed === undefined) return;
  throw new RpcError(status.INVALID_ARGUMENT, `ack_ids: ${JSON.stringify(malformed.slice(0, 100))} is malformed.`);
}

function details(ackIds: readonly string[]): Buffer {
  const info = ErrorInfo.fromPartial({
    reason: 'EXACTLY_ONCE_ACKID_FAILURE',
    domain: 'pubsub.googleapis.com',
    metadata: Object.fromEntries(ackIds.map((ackId) => [ackId, 'PERMANENT_FAILURE_INVALID_ACK_ID'])),
  });
  const value = Buffer.from(ErrorInfo.encode(info).finish());
  const answer = Status.fromPartial({
    code: status.INVALID_ARGUMENT,
    message: explanation,
    details: [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value }],
  });
  return Buffer.from(Status.encode(answer).finish());
}

import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { type StreamingPullRequest, StreamingPullResponse } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { RpcError } from '../../grpc/unary.ts';
import type { Broker, Receiver } from '../broker/broker.ts';
import { checkRange, limits } from '../broker/limits.ts';
import { refuseMalformed } from './ack-failures.ts';
import type { StatusAnswer } from './answers.ts';
import { writeReceived } from './topic-messages.ts';

type Call = Pick<ServerDuplexStream<StreamingPullRequest, StreamingPullResponse>, 'write' | 'emit'>;

/** How many messages a stream gets at a time, so that the streams of a subscription share what there is. */
const messagesPerTurn = 100;
/** Bytes, unless a single message has more. A gRPC client takes 4 MiB at a time unless it is told otherwise. */
const bytesPerTurn = 1_000_000;

/** Since this version the client wants an answer to the empty requests by which it keeps the stream alive. */
const keepAliveVersion = 1;

/**
 * One stream of a subscriber: what it may still get, and what it says. Whatever it has leased stays leased when it ends.
 * Its methods throw BrokerError or RpcError for what ends the stream.
 */
export class PullStream implements Receiver {
  readonly subscription: string;
  readonly #call: Call;
  readonly #broker: Broker;
  readonly #onRoom: () => void;
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  readonly #answersKeepAlive: boolean;
  readonly #outstanding = new Map<string, number>();
  #outstandingBytes = 0;
  #ackDeadlineMs: number;
  #isBlocked = false;
  #isOver = false;

  /** @param onRoom called when the stream may get more than before */
  constructor(call: Call, first: StreamingPullRequest, broker: Broker, onRoom: () => void) {
    this.subscription = first.subscription;
    this.#call = call;
    this.#broker = broker;
    this.#onRoom = onRoom;
    this.#maxMessages = unlessUnlimited(first.maxOutstandingMessages);
    this.#maxBytes = unlessUnlimited(first.maxOutstandingBytes);
    this.#answersKeepAlive = first.protocolVersion >= keepAliveVersion;
    this.#ackDeadlineMs = deadlineOf(first);
  }

  /** Tells the subscriber of the subscription's properties; the first thing that it hears. */
  greet(): void {
    const { enableExactlyOnceDelivery, enableMessageOrdering } = this.#broker.subscription(this.subscription);
    this.#call.write(
      StreamingPullResponse.fromPartial({
        subscriptionProperties: {
          exactlyOnceDeliveryEnabled: enableExactlyOnceDelivery,
          messageOrderingEnabled: enableMessageOrdering,
        },
      }),
    );
  }

  /** Sends what there is and what there is room for, one turn of it; false when that is nothing. */
  send(): boolean {
    const maxMessages = Math.min(messagesPerTurn, this.#maxMessages - this.#outstanding.size);
    const maxBytes = Math.min(bytesPerTurn, this.#maxBytes - this.#outstandingBytes);
    if (this.#isOver || this.#isBlocked || maxMessages <= 0 || maxBytes <= 0) return false;
    const options = { maxMessages, maxBytes, ackDeadlineMs: this.#ackDeadlineMs, receiver: this };
    const received = this.#broker.pull(this.subscription, options);
    if (received.length === 0) return false;
    for (const { ackId, message } of received) {
      this.#outstanding.set(ackId, message.data.length);
      this.#outstandingBytes += message.data.length;
    }
    this.#isBlocked = !this.#call.write({
      receivedMessages: received.map(writeReceived),
      acknowledgeConfirmation: undefined,
      modifyAckDeadlineConfirmation: undefined,
      subscriptionProperties: undefined,
    });
    return true;
  }

  /** Takes a further request of the subscriber. */
  take(request: StreamingPullRequest): void {
    checkFurther(request);
    if (request.streamAckDeadlineSeconds > 0) this.#ackDeadlineMs = deadlineOf(request);
    this.settle(request);
    const isKeepAlive = request.ackIds.length === 0 && request.modifyDeadlineAckIds.length === 0;
    if (isKeepAlive && this.#answersKeepAlive) this.greet();
  }

  /** Does what a request says of messages, which the first one may do as well as any other. */
  settle({ ackIds, modifyDeadlineAckIds, modifyDeadlineSeconds }: StreamingPullRequest): void {
    if (modifyDeadlineAckIds.length !== modifyDeadlineSeconds.length) {
      throw invalid('modify_deadline_ack_ids and modify_deadline_seconds must have the same length.');
    }
    refuseMalformed(ackIds);
    refuseMalformed(modifyDeadlineAckIds);
    if (modifyDeadlineAckIds.length > 0) this.#modify(modifyDeadlineAckIds, modifyDeadlineSeconds);
    if (ackIds.length > 0) this.#acknowledge(ackIds);
  }

  /** The subscriber has read what was written. */
  drained(): void {
    this.#isBlocked = false;
    this.#onRoom();
  }

  leaseEnded(ackId: string): void {
    const bytes = this.#outstanding.get(ackId);
    if (bytes === undefined) return;
    this.#outstanding.delete(ackId);
    this.#outstandingBytes -= bytes;
    this.#onRoom();
  }

  /** From now on it gets nothing. Without an answer: the subscriber has gone by itself. */
  end(answer?: StatusAnswer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (answer) this.#call.emit('error', answer);
  }

  #acknowledge(ackIds: readonly string[]): void {
    const done = this.#broker.acknowledge(this.subscription, ackIds);
    if (!this.#broker.subscription(this.subscription).enableExactlyOnceDelivery) return;
    const acknowledgeConfirmation = { ackIds: taken(ackIds, done), invalidAckIds: refused(ackIds, done) };
    this.#call.write(StreamingPullResponse.fromPartial({ acknowledgeConfirmation }));
  }

  #modify(ackIds: readonly string[], seconds: readonly number[]): void {
    const done = ackIds.map(
      (ackId, index) => this.#broker.modifyAckDeadline(this.subscription, [ackId], seconds[index]! * 1_000)[0]!,
    );
    if (!this.#broker.subscription(this.subscription).enableExactlyOnceDelivery) return;
    const modifyAckDeadlineConfirmation = { ackIds: taken(ackIds, done), invalidAckIds: refused(ackIds, done) };
    this.#call.write(StreamingPullResponse.fromPartial({ modifyAckDeadlineConfirmation }));
  }
}

function unlessUnlimited(limit: number): number {
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

function deadlineOf({ streamAckDeadlineSeconds }: StreamingPullRequest): number {
  const deadlineMs = streamAckDeadlineSeconds * 1_000;
  checkRange(deadlineMs, limits.ackDeadlineMs, 'stream_ack_deadline_seconds');
  return deadlineMs;
}

function checkFurther(request: StreamingPullRequest): void {
  const { subscription, maxOutstandingMessages, maxOutstandingBytes, protocolVersion } = request;
  if (subscription !== '') throw invalid('subscription can be given in the first request only.');
  if (maxOutstandingMessages !== 0 || maxOutstandingBytes !== 0) {
    throw invalid('max_outstanding_messages and max_outstanding_bytes can be given in the first request only.');
  }
  if (protocolVersion !== 0) throw invalid('protocol_version can be given in the first request only.');
}

function invalid(message: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, message);
}

function taken(ackIds: readonly string[], done: readonly boolean[]): string[] {
  return ackIds.filter((_, index) => done[index]);
}

function refused(ackIds: readonly string[], done: readonly boolean[]): string[] {
  return ackIds.filter((_, index) => !done[index]);
}

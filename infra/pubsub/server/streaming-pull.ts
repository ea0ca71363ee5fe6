import { type handleBidiStreamingCall, Metadata, type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { StreamingPullRequest, StreamingPullResponse } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { RpcError } from '../../grpc/unary.ts';
import type { Broker } from '../broker/broker.ts';
import { type StatusAnswer, toStatus } from './answers.ts';
import { PullStream } from './pull-stream.ts';

export interface StreamingPullOptions {
  readonly broker: Broker;
  readonly log: Logger;
  /** Called after whatever may have brought something of the broker forward. */
  readonly done: () => void;
}

/** The streams of all subscribers. */
export interface StreamingPull {
  readonly handle: handleBidiStreamingCall<StreamingPullRequest, StreamingPullResponse>;
  readonly open: number;
  /** To be called when a subscription was deleted or detached: its streams end with the status. */
  look(subscription: string): void;
  /** Ends every open stream; answers how many. */
  cut(code: number, reason: string): number;
}

/** The streams of one subscription take turns, so that what there is is shared among them. */
interface Sharing {
  streams: PullStream[];
  readonly stopListening: () => void;
}

export function createStreamingPull({ broker, log, done }: StreamingPullOptions): StreamingPull {
  const method = '/google.pubsub.v1.Subscriber/StreamingPull';
  const sharings = new Map<string, Sharing>();
  const waiting = new Set<string>();
  let isPlanned = false;

  /** Soon, not at once: what is published or acknowledged in the same turn of the event loop then goes out together. */
  function plan(subscription: string): void {
    waiting.add(subscription);
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      const names = [...waiting];
      waiting.clear();
      for (const name of names) share(name);
      done();
    });
  }

  function share(subscription: string): void {
    const sharing = sharings.get(subscription);
    let idle = 0;
    while (sharing && idle < sharing.streams.length) {
      const [stream] = sharing.streams.splice(0, 1);
      if (!stream) return;
      sharing.streams.push(stream);
      try {
        idle = stream.send() ? 0 : idle + 1;
      } catch (error) {
        end(stream, toStatus(error, method, log));
      }
    }
  }

  function add(stream: PullStream): void {
    const { subscription } = stream;
    const sharing = sharings.get(subscription);
    if (sharing) sharing.streams.push(stream);
    else {
      const stopListening = broker.onDeliverable(subscription, () => plan(subscription));
      sharings.set(subscription, { streams: [stream], stopListening });
    }
    plan(subscription);
  }

  /** At once: the name may be given to another subscription before anything is sent. */
  function look(subscription: string): void {
    const { streams = [] } = sharings.get(subscription) ?? {};
    try {
      if (streams.length > 0) broker.pull(subscription, { maxMessages: 0 });
    } catch (error) {
      const answer = toStatus(error, method, log);
      for (const stream of streams) end(stream, answer);
    }
  }

  function end(stream: PullStream, answer?: StatusAnswer): void {
    stream.end(answer);
    const sharing = sharings.get(stream.subscription);
    if (!sharing?.streams.includes(stream)) return;
    sharing.streams = sharing.streams.filter((other) => other !== stream);
    if (sharing.streams.length > 0) return;
    sharing.stopListening();
    sharings.delete(stream.subscription);
  }

  function open(
    call: ServerDuplexStream<StreamingPullRequest, StreamingPullResponse>,
    first: StreamingPullRequest,
  ): PullStream {
    if (first.subscription === '') throw new RpcError(status.INVALID_ARGUMENT, 'subscription: it must be given.');
    const stream = new PullStream(call, first, broker, () => plan(first.subscription));
    stream.greet();
    stream.settle(first);
    add(stream);
    return stream;
  }

  return {
    handle(call) {
      let stream: PullStream | undefined;
      let isOver = false;
      call.on('data', (request: StreamingPullRequest) => {
        if (isOver) return;
        try {
          if (stream) stream.take(request);
          else stream = open(call, request);
        } catch (error) {
          isOver = true;
          const answer = toStatus(error, method, log);
          if (stream) end(stream, answer);
          else call.emit('error', answer);
        } finally {
          done();
        }
      });
      const leave = (): void => {
        isOver = true;
        if (stream) end(stream);
      };
      call.on('drain', () => stream?.drained());
      call.on('end', () => {
        leave();
        call.end();
      });
      call.on('cancelled', leave);
      call.on('close', leave);
    },
    get open() {
      return [...sharings.values()].reduce((total, { streams }) => total + streams.length, 0);
    },
    look,
    cut(code, reason) {
      const all = [...sharings.values()].flatMap(({ streams }) => streams);
      for (const stream of all) end(stream, { code, details: reason, metadata: new Metadata() });
      return all.length;
    },
  };
}

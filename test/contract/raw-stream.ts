import { setTimeout as sleep } from 'node:timers/promises';
import type { protos } from '@google-cloud/pubsub';
import { expect, vi } from 'vitest';
import { type Bench, PATIENCE_MS } from './bench.ts';

export type StreamRequest = protos.google.pubsub.v1.IStreamingPullRequest;

/** A StreamingPull without the client's care for it: nothing is extended or acknowledged. Disposing of it ends it. */
export function openStream(subscriber: Bench['broker']['subscriber'], first: StreamRequest) {
  const stream = subscriber.streamingPull();
  const received: { readonly ackId: string; readonly text: string }[] = [];
  const state: { properties: unknown; answers: number; error: unknown } = {
    properties: undefined,
    answers: 0,
    error: undefined,
  };
  stream.on('error', (error: Error) => {
    state.error ??= error;
  });
  stream.on('data', ({ receivedMessages, subscriptionProperties }: protos.google.pubsub.v1.IStreamingPullResponse) => {
    state.answers++;
    state.properties = subscriptionProperties ?? state.properties;
    for (const { ackId, message } of receivedMessages ?? []) {
      received.push({ ackId: ackId ?? '', text: Buffer.from(message?.data ?? '').toString() });
    }
  });
  const ended = Promise.race(['end', 'close', 'error'].map((event) => new Promise((end) => stream.once(event, end))));
  const write = (request: StreamRequest) => void stream.write(request);
  write({ streamAckDeadlineSeconds: 10, clientId: 'contract', ...first });
  return {
    received,
    get properties() {
      return state.properties;
    },
    get error() {
      return state.error;
    },
    get answers() {
      return state.answers;
    },
    write,
    untilReceived: (count: number) =>
      vi.waitFor(() => expect(received).toHaveLength(count), { timeout: PATIENCE_MS, interval: 50 }),
    untilEnded: () => vi.waitFor(() => expect(state.error).toBeDefined(), { timeout: PATIENCE_MS, interval: 50 }),
    // Google's emulator heeds only the end of what the client says: to a call that is cancelled it goes on sending.
    async [Symbol.asyncDispose]() {
      stream.end();
      await Promise.race([ended, sleep(3_000)]);
      stream.cancel();
    },
  };
}

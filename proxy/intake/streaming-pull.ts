import type { protos } from '@google-cloud/pubsub';
import { type StatusObject, status } from '@grpc/grpc-js';
import { isTransient, pauseMs } from './transient.ts';

export type StreamRequest = protos.google.pubsub.v1.IStreamingPullRequest;
export type StreamResponse = protos.google.pubsub.v1.IStreamingPullResponse;

/** One call of StreamingPull: what is used of it. Its status comes when all else has come, and exactly once. */
export interface PullCall {
  on(event: 'data', listener: (response: StreamResponse) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  on(event: 'status', listener: (how: Pick<StatusObject, 'code' | 'details'>) => void): unknown;
  write(request: StreamRequest): unknown;
  pause(): unknown;
  resume(): unknown;
  end(): unknown;
  cancel(): unknown;
}

export interface StreamingPullOptions {
  /** Makes a call, as soon as there is a connection. */
  readonly open: () => Promise<PullCall>;
  /** What each call begins with. */
  readonly first: StreamRequest;
  readonly onResponse: (response: StreamResponse) => void;
  /** Over for good: by a fault that another call would meet as well. */
  readonly onFailure: (error: Error) => void;
  /**
   * A stream has ended, and is opened again. Not told of the ordinary end, after which the next one is opened at once; so
   * it comes no more often than the pauses allow.
   */
  readonly onLost: (error: Error) => void;
  /** Nothing comes any more by the connection, although it seems to be there. */
  readonly onSilence: () => void;
  /** 0 (included) to 1 (excluded). */
  readonly random?: () => number;
}

/** A stream of messages that is opened again whenever it ends. Disposing of it cuts it. */
export interface StreamingPull extends Disposable {
  /** Has no effect on what is on its way already: one more response may come, or two when a call ends meanwhile. */
  pause(): void;
  resume(): void;
  /** Asks for no more. What is on its way still comes, for a second at the most; resolves when it is here. */
  end(): Promise<void>;
}

/** Google's handwritten client waits no shorter and no longer. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;

/** Pub/Sub ends a stream on which a subscriber says nothing for long; these are Google's times. */
const KEEP_ALIVE_MS = 30_000;
const ANSWER_MS = 15_000;
/** How long a call may go on after it was asked to end. */
const GOODBYE_MS = 1_000;

/** Begins to receive. */
export function openStreamingPull(options: StreamingPullOptions): StreamingPull {
  const { open, first, onResponse, onFailure, onLost, onSilence, random = Math.random } = options;
  let call: PullCall | undefined;
  let openedAtMs = 0;
  let isPaused = false;
  let isOver = false;
  /** Calls that have ended soon, in a row, without having brought a message. */
  let failures = 0;
  let reopening: NodeJS.Timeout | undefined;
  /** Google's emulator gives no answer to what keeps a stream alive: silence means something only where there was one. */
  let isAnswering = false;
  let answerDue: NodeJS.Timeout | undefined;
  let leaving: NodeJS.Timeout | undefined;
  const keepingAlive = setInterval(keepAlive, KEEP_ALIVE_MS);
  const { promise: over, resolve: onOver } = Promise.withResolvers<void>();

  async function connect(): Promise<void> {
    let opened: PullCall;
    try {
      opened = await open();
    } catch (error) {
      onEnd(error as Error, false);
      return;
    }
    // All that it would tell comes with the status, but without a listener it would end the process.
    opened.on('error', () => {});
    if (isOver) {
      opened.cancel();
      return;
    }
    call = opened;
    openedAtMs = performance.now();
    opened.on('status', (how) => {
      // A last response that was held back by a pause.
      opened.resume();
      if (opened === call) onEnd(Object.assign(new Error(textOf(how)), how));
    });
    if (isPaused) opened.pause();
    opened.on('data', take);
    opened.write(first);
  }

  function take(response: StreamResponse): void {
    if (response.receivedMessages?.length) failures = 0;
    else if (answerDue) isAnswering = true;
    clearTimeout(answerDue);
    answerDue = undefined;
    onResponse(response);
  }

  function onEnd(how: Error & { code?: unknown }, mayBeOrdinary = true): void {
    stopWaiting();
    if (call && performance.now() - openedAtMs >= LONGEST_PAUSE_MS) failures = 0;
    call = undefined;
    if (isOver) {
      onOver();
      return;
    }
    if (how.code !== status.OK && !isTransient(how)) {
      close();
      onOver();
      onFailure(how);
      return;
    }
    // Streams are ended now and then, which tells nothing of the next one; one that is ended again at once does.
    const pause = failures === 0 ? 0 : pauseMs(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, random);
    failures++;
    reopening = setTimeout(connect, pause);
    if (pause > 0 || !mayBeOrdinary) onLost(how);
  }

  function keepAlive(): void {
    if (!call) return;
    call.write({});
    if (isPaused) return;
    clearTimeout(answerDue);
    answerDue = setTimeout(onUnanswered, ANSWER_MS);
  }

  function onUnanswered(): void {
    answerDue = undefined;
    if (!isAnswering || isPaused || !call) return;
    const silent = call;
    const error = new Error(`no answer within ${ANSWER_MS} ms on a stream that seems to be open`);
    onEnd(Object.assign(error, { code: status.UNAVAILABLE }), false);
    silent.cancel();
    onSilence();
  }

  function stopWaiting(): void {
    clearTimeout(answerDue);
    answerDue = undefined;
    clearTimeout(reopening);
    clearTimeout(leaving);
  }

  function close(): void {
    isOver = true;
    stopWaiting();
    clearInterval(keepingAlive);
  }

  void connect();
  return {
    pause() {
      if (isPaused) return;
      isPaused = true;
      call?.pause();
    },
    resume() {
      if (!isPaused) return;
      isPaused = false;
      call?.resume();
    },
    end() {
      if (isOver) return over;
      close();
      // Google's emulator heeds only this: to a call that is cancelled it goes on sending.
      call?.end();
      call?.resume();
      if (call) leaving = setTimeout(() => call?.cancel(), GOODBYE_MS);
      else onOver();
      return over;
    },
    [Symbol.dispose]() {
      close();
      call?.cancel();
      call = undefined;
    },
  };
}

function textOf({ code, details }: Pick<StatusObject, 'code' | 'details'>): string {
  return `${code} ${status[code]}: ${details}`;
}

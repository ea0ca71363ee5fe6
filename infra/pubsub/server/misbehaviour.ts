import { status } from '@grpc/grpc-js';
import type { Refusal, SetMisbehaviourRequest } from '../../../proto/generated/pubsub/v1/misbehaviour.ts';
import type { Disturbance } from '../broker/broker.ts';
import type { PublishMisbehaviour } from './publish-faults.ts';

/** What the server does wrong on request. The two objects are changed in place: who holds them reads them at each use. */
export interface Misbehaviour extends Disposable {
  readonly disturbance: Disturbance;
  readonly publishes: PublishMisbehaviour;
  /** Replaces what is in force. */
  set(request: SetMisbehaviourRequest): void;
}

/** @param cutStreams cuts every open stream */
export function createMisbehaviour(cutStreams: () => void): Misbehaviour {
  const disturbance: Disturbance = { duplicate: 0, reorder: 0, dropAcks: 0 };
  const publishes: PublishMisbehaviour = { refusedPublishes: [], publishDelayMs: 0, unconfirmedPublishes: 0 };
  let cutting: NodeJS.Timeout | undefined;

  return {
    disturbance,
    publishes,
    set(request) {
      Object.assign(disturbance, {
        duplicate: request.duplicates,
        reorder: request.reordered,
        dropAcks: request.droppedAcks,
      } satisfies Disturbance);
      Object.assign(publishes, {
        refusedPublishes: request.refusedPublishes,
        publishDelayMs: request.publishDelayMs,
        unconfirmedPublishes: request.unconfirmedPublishes,
      } satisfies PublishMisbehaviour);
      clearInterval(cutting);
      if (request.cutStreamsEveryMs > 0) cutting = setInterval(cutStreams, request.cutStreamsEveryMs);
    },
    [Symbol.dispose]: () => clearInterval(cutting),
  };
}

const longestDelayMs = 600_000;
const shortestIntervalMs = 10;
const longestIntervalMs = 3_600_000;
// Shares that are written in decimals may sum up to a little more than 1.
const roundingSlack = 1e-9;

/** What is wrong with a request, each with its field; empty when nothing is. */
export function misbehaviourProblems(request: SetMisbehaviourRequest): string[] {
  const { publishDelayMs, cutStreamsEveryMs } = request;
  const problems = request.refusedPublishes.flatMap(refusalProblems);
  const sum = request.refusedPublishes.reduce((total, { share }) => total + share, 0);
  if (sum > 1 + roundingSlack)
    problems.push(`the shares of refused_publishes must sum up to at most 1, but make ${sum}`);
  if (publishDelayMs > longestDelayMs) {
    problems.push(`publish_delay_ms must be at most ${longestDelayMs}, but is ${publishDelayMs}`);
  }
  if (cutStreamsEveryMs > 0 && (cutStreamsEveryMs < shortestIntervalMs || cutStreamsEveryMs > longestIntervalMs)) {
    const range = `${shortestIntervalMs} to ${longestIntervalMs}`;
    problems.push(`cut_streams_every_ms must be 0 or ${range}, but is ${cutStreamsEveryMs}`);
  }
  const shares = [
    ['unconfirmed_publishes', request.unconfirmedPublishes],
    ['dropped_acks', request.droppedAcks],
    ['duplicates', request.duplicates],
    ['reordered', request.reordered],
  ] as const;
  return [...problems, ...shares.flatMap(([field, share]) => shareProblems(field, share))];
}

function refusalProblems({ code, share }: Refusal, index: number): string[] {
  const where = `refused_publishes[${index}]`;
  const isCode = code >= status.CANCELLED && code <= status.UNAUTHENTICATED;
  return [
    ...(isCode ? [] : [`${where}.code must be 1 to 16, but is ${code}`]),
    ...shareProblems(`${where}.share`, share),
  ];
}

function shareProblems(field: string, share: number): string[] {
  return share >= 0 && share <= 1 ? [] : [`${field} must be 0 to 1, but is ${share}`];
}

import type { Message, PubSub } from '@google-cloud/pubsub';
import { collect } from '../../../infra/local/collector.ts';
import { readDecision } from '../../../infra/local/read-decision.ts';
import type { ProxyLog } from '../../../infra/local/replica.ts';
import { TopicState } from '../../../proto/generated/moderation/v1/moderation.ts';
import type { Recorder } from '../recorder.ts';
import type { OpenEvents } from './open-events.ts';

export interface Witness {
  /** Milliseconds since the begin of the load, of a time since the epoch. */
  readonly since: (wallMs: number) => number;
  readonly recorder: Pick<Recorder, 'decided' | 'acknowledged' | 'closed'>;
  readonly open: OpenEvents;
}

/**
 * Notes down every decision from now on, at the time at which the broker has stored it.
 *
 * @param fail told when it can't be done any more
 */
export function witnessDecisions(
  pubsub: PubSub,
  { since, recorder, open }: Witness,
  fail: (error: Error) => void,
): Promise<AsyncDisposable> {
  function heed(message: Message): void {
    const { eventId, topics } = readDecision(message);
    const atMs = since(message.publishTime.getTime());
    const models = topics.filter(({ state }) => state !== TopicState.PENDING).map(({ model }) => model);
    const isAbandoned = topics.some(({ state }) => state === TopicState.ABANDONED);
    recorder.decided(eventId, atMs, models, isAbandoned);
    // The acknowledgement follows within milliseconds, and can't be seen from here.
    recorder.acknowledged(eventId, atMs);
    open.decided(eventId, models);
  }
  return collect(pubsub, 'moderation-decisions', heed, fail);
}

/** Notes down what a proxy's log says of events that need no decision any more. */
export function witnessLog(
  log: ProxyLog,
  eventIdOf: (itemId: string, revision: number) => string | undefined,
  { since, recorder, open }: Witness,
): void {
  if (log.event !== 'superseded') return;
  const eventId = eventIdOf(String(log['itemId']), Number(log['revision']));
  if (eventId === undefined) return;
  recorder.closed(eventId, since(Date.now()));
  open.closed(eventId);
}

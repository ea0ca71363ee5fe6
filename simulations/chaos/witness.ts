import type { Message, PubSub } from '@google-cloud/pubsub';
import { collect } from '../../infra/local/collector.ts';
import { readDecision } from '../../infra/local/read-decision.ts';
import type { ProxyLog } from '../../infra/local/replica.ts';
import { startAll } from '../../infra/local/start-all.ts';
import { Completeness, type Decision, topicStateToJSON } from '../../proto/generated/moderation/v1/moderation.ts';
import type { DecisionFacts, Ledger } from './ledger.ts';
import { EVENT_ID } from './workload.ts';

/**
 * Tells the ledger everything that the proxies publish from now on.
 *
 * @param fail told when it can't be watched any more
 */
export async function witness(pubsub: PubSub, ledger: Ledger, fail: (error: Error) => void): Promise<AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const decided = once((message) => ledger.decided(factsOf(readDecision(message)), Date.now()));
  // The quarantine keeps the attributes that a message came with; a dead letter has those of the proxy.
  const quarantined = once(({ attributes }) => ledger.quarantined(attributes[EVENT_ID] ?? '', Date.now()));
  await startAll(starting, [
    collect(pubsub, 'moderation-decisions', decided, fail),
    collect(pubsub, 'moderation-quarantine', quarantined, fail),
    collect(
      pubsub,
      'moderation-dead-letter',
      ({ attributes }) => ledger.deadLettered(attributes['event-id'] ?? ''),
      fail,
    ),
  ]);
  return starting.move();
}

/** What a proxy's log says that nothing is published of. */
export function witnessLog(log: ProxyLog, ledger: Ledger): void {
  if (log.event !== 'superseded') return;
  ledger.superseded(String(log['itemId']), Number(log['revision']), Date.now());
}

/** Each message once: what the broker delivers to us again, no proxy has published twice. */
function once(heed: (message: Message) => void): (message: Message) => void {
  const seen = new Set<string>();
  return (message) => {
    if (seen.has(message.id)) return;
    seen.add(message.id);
    heed(message);
  };
}

function factsOf({ id, eventId, completeness, topics }: Decision): DecisionFacts {
  return {
    id,
    eventId,
    isComplete: completeness === Completeness.COMPLETE,
    topics: topics.map(({ topic, state, probability, modelVersion }) => ({
      topic,
      state: topicStateToJSON(state),
      probability,
      modelVersion,
    })),
  };
}

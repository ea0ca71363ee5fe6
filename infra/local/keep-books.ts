import type { PubSub } from '@google-cloud/pubsub';
import { Completeness, type Decision, topicStateToJSON } from '../../proto/generated/moderation/v1/moderation.ts';
import type { Books } from './books.ts';
import { collect } from './collector.ts';
import { readDecision } from './read-decision.ts';
import { startAll } from './start-all.ts';

/**
 * Keeps the books of messages, by their Pub/Sub ids, from what the proxies publish from now on. What is superseded is
 * not published: that, the proxies' log says.
 *
 * @param fail told when the books can't be kept any more
 * @param onDecision told of each decision, and of the message that it answers
 */
export async function keepBooks(
  pubsub: PubSub,
  books: Books,
  fail: (error: Error) => void,
  onDecision?: (decision: Decision, messageId: string) => void,
): Promise<AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const collectors = [
    collect(
      pubsub,
      'moderation-decisions',
      (message) => {
        const decision = readDecision(message);
        const topics = decision.topics.map(({ topic, state }) => ({ topic, state: topicStateToJSON(state) }));
        const isComplete = decision.completeness === Completeness.COMPLETE;
        // What was asked through the synchronous endpoint, and put on the backlog there, was no message.
        const key = message.attributes['source-message-id'] || decision.eventId;
        books.decided({ key, isComplete, topics }, Date.now());
        onDecision?.(decision, key);
      },
      fail,
    ),
    collect(
      pubsub,
      'moderation-quarantine',
      ({ attributes }) => {
        books.quarantined(attributes['eddy-source-message-id'] ?? '', Date.now());
      },
      fail,
    ),
  ];
  await startAll(starting, collectors);
  return starting.move();
}

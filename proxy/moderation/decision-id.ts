import { hash } from 'node:crypto';
import type { TopicDecision } from '../../proto/generated/moderation/v1/moderation.ts';

/**
 * The id of a decision: the first 128 bits of the SHA-256 of item, revision and the set of (topic, state, model
 * version), in hexadecimal. The same outcome has the same id whenever and wherever it is reached, so that a consumer
 * can drop what it has seen; the order of the topics does not matter.
 */
export function decisionId(
  itemId: string,
  revision: number,
  topics: readonly Pick<TopicDecision, 'topic' | 'state' | 'modelVersion'>[],
): string {
  const set = topics.map(({ topic, state, modelVersion }) => [topic, state, modelVersion]);
  const isSorted = set.every(([topic], index) => index === 0 || set[index - 1]![0]! <= topic!);
  if (!isSorted) set.sort(([a], [b]) => (a! < b! ? -1 : 1));
  return hash('sha256', JSON.stringify([itemId, revision, set]), 'hex').slice(0, 32);
}

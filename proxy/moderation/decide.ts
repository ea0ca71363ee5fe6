import {
  Action,
  Completeness,
  type Decision,
  type TopicDecision,
  TopicState,
} from '../../proto/generated/moderation/v1/moderation.ts';
import type { Config, Policy } from '../config-schema.ts';
import { decisionId } from './decision-id.ts';
import type { ValidEvent } from './event.ts';
import type { Outcome, Outcomes } from './outcome.ts';

/**
 * The decision that the outcomes of one pass come to: a verdict per topic, and the most severe of them for the item.
 * Complete when no topic is pending.
 */
export function decide(event: ValidEvent, outcomes: Outcomes, models: Config['models'], nowMs: number): Decision {
  const topics: TopicDecision[] = [];
  let action: Action = Action.PASS;
  let isPending = false;
  for (const [name, outcome] of outcomes) {
    const model = models[name];
    if (!model) continue;
    const topic = decideTopic(name, model, outcome);
    insertByTopic(topics, topic);
    if (topic.verdict > action) action = topic.verdict;
    if (outcome.state === 'pending') isPending = true;
  }
  const { itemId, revision } = event.item;
  return {
    id: decisionId(itemId, revision, topics),
    eventId: event.eventId,
    itemId,
    revision,
    action,
    completeness: isPending ? Completeness.PARTIAL : Completeness.COMPLETE,
    topics,
    decidedAt: new Date(nowMs),
  };
}

/** There are a few of them, nearly in order: sorting them at the end would make arrays of its own for every item. */
function insertByTopic(topics: TopicDecision[], added: TopicDecision): void {
  let index = topics.length;
  while (index > 0 && added.topic < topics[index - 1]!.topic) {
    topics[index] = topics[index - 1]!;
    index--;
  }
  topics[index] = added;
}

const STATES = {
  scored: TopicState.SCORED,
  pending: TopicState.PENDING,
  failed: TopicState.FAILED,
  abandoned: TopicState.ABANDONED,
} as const;

function decideTopic(
  model: string,
  { topic, policy }: { topic: string; policy: Policy },
  outcome: Outcome,
): TopicDecision {
  const state = STATES[outcome.state];
  if (outcome.state === 'scored') {
    const { probability, modelVersion } = outcome;
    return { topic, state, verdict: verdictOf(probability, policy), probability, model, modelVersion, error: '' };
  }
  const verdict = standIn(outcome.state === 'pending' ? policy.whilePending : policy.whenFailed, policy);
  return { topic, state, verdict, probability: undefined, model, modelVersion: '', error: outcome.error };
}

/** What a probability means under a topic's two thresholds, each of which belongs to the more severe side. */
function verdictOf(probability: number, { review, remove }: Policy): Action {
  if (probability >= remove) return Action.REMOVE;
  return probability >= review ? Action.REVIEW : Action.PASS;
}

function standIn(configured: Policy['whilePending'], policy: Policy): Action {
  return typeof configured === 'string' ? Action[configured] : verdictOf(configured.baseline, policy);
}

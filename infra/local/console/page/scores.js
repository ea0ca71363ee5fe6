/** @import { TopicScore } from '../wire.ts' */
import { element } from './dom.js';
import { score } from './format.js';
import { icon } from './icons.js';

/**
 * A topic in a word: `counterfeit-goods` is counterfeit.
 *
 * @param {string} topic
 */
export function shortTopic(topic) {
  return topic.replace(/-goods$/, '');
}

/**
 * What a model says of a topic, as a bar and a number, or why it says nothing.
 *
 * @param {TopicScore} topic
 */
export function topicScore({ state, verdict, probability, error }) {
  if (probability === null) {
    return element(
      'span',
      { class: 'score open', title: error },
      icon('pending'),
      element('b', {}, state.toLowerCase()),
    );
  }
  const bar = element('i');
  bar.style.inlineSize = `${Math.round(probability * 100)}%`;
  return element(
    'span',
    { class: `score ${verdict.toLowerCase()}` },
    element('span', { class: 'whole' }, bar),
    element('b', {}, score(probability)),
  );
}

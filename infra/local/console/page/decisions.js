/** @import { DecisionBatch, DecisionRow } from '../wire.ts' */
import { byId, element, setText } from './dom.js';
import { count, duration, time } from './format.js';
import { icon, verdictIcon } from './icons.js';
import { shortTopic, topicScore } from './scores.js';

/** What is kept, so that each choice finds something; what is shown of it. */
const KEPT = 200;
const SHOWN = 14;
/** More topics than that have no columns of their own. */
const MOST_TOPICS = 6;

const CHOICES = /** @type {const} */ ([
  ['all', 'All', () => true],
  ['found', 'Findings', (/** @type {DecisionRow} */ row) => row.action !== 'PASS'],
  ['late', 'Partial and late', (/** @type {DecisionRow} */ row) => !row.isComplete || row.completedAfterMs !== null],
]);

/** The stream of the latest decisions, with the scores behind each. */
export function createDecisions() {
  const head = element('tr');
  const body = element('tbody');
  const pause = element('button', { type: 'button', 'aria-pressed': 'false' }, 'Pause');
  /** @type {(typeof CHOICES)[number][0]} */
  let choice = 'all';
  let isPaused = false;
  /** @type {string[]} */
  let topics = [];
  /** @type {Map<string, DecisionRow>} */
  const kept = new Map();
  /** @type {Map<string, { row: DecisionRow, shown: HTMLTableRowElement }>} */
  let shown = new Map();

  const buttons = CHOICES.map(([name, label]) => {
    const input = element('input', { type: 'radio', name: 'decisions', value: name, checked: name === choice });
    input.addEventListener('change', () => {
      choice = name;
      draw(true);
    });
    return element('label', {}, input, element('span', {}, label));
  });
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
    draw();
  });
  byId('decisions').replaceChildren(
    element(
      'div',
      { class: 'tools' },
      element('fieldset', { class: 'choice' }, element('legend', { class: 'hidden' }, 'Which'), ...buttons),
      pause,
    ),
    element(
      'div',
      { class: 'rows' },
      element('table', { 'aria-label': 'Latest decisions' }, element('thead', {}, head), body),
    ),
  );

  /** @param {boolean} [isAsked] by a choice, which is heeded while the stream pauses */
  function draw(isAsked = false) {
    if (isPaused && !isAsked) return;
    const matches = CHOICES.find(([name]) => name === choice)?.[2] ?? (() => true);
    const rows = [...kept.values()].reverse().filter(matches).slice(0, SHOWN);
    shown = new Map(
      rows.map((row) => {
        const before = shown.get(row.key);
        return [row.key, before?.row === row ? before : { row, shown: rowOf(row, topics) }];
      }),
    );
    const none = element('td', { class: 'none quiet', colspan: topics.length + 4 }, 'Nothing of that kind yet.');
    place(body, rows.length > 0 ? [...shown.values()].map((one) => one.shown) : [element('tr', {}, none)]);
  }

  /** @param {readonly DecisionRow[]} rows */
  function learnTopics(rows) {
    const found = [...new Set([...topics, ...rows.flatMap((row) => row.topics.map(({ topic }) => topic))])].sort();
    if (found.length === topics.length && head.hasChildNodes()) return;
    topics = found.slice(0, MOST_TOPICS);
    shown = new Map();
    head.replaceChildren(
      element('th', { scope: 'col', class: 'when' }, 'Time'),
      element('th', { scope: 'col', class: 'action' }, 'Verdict'),
      element('th', { scope: 'col' }, 'Item'),
      ...topics.map((topic) => element('th', { scope: 'col', class: 'topic', title: topic }, shortTopic(topic))),
      element('th', { scope: 'col', class: 'completeness' }, 'Decision'),
    );
  }
  learnTopics([]);
  draw();

  return {
    /** What is told next is all that there is. */
    clear: () => kept.clear(),
    /** @param {DecisionBatch} batch */
    add({ rows, of }) {
      learnTopics(rows);
      for (const row of [...rows].reverse()) {
        // What is said last stands last, and is shown first.
        kept.delete(row.key);
        kept.set(row.key, row);
      }
      for (const key of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(key);
      }
      if (isPaused) return;
      setText(byId('decisions-share'), of > rows.length ? `${rows.length} of the ${count(of)} of the last second` : '');
      draw();
    },
  };
}

/**
 * Makes them the only children, in that order. What was there stays untouched: put in again, it would arrive again.
 *
 * @param {Element} parent
 * @param {readonly Element[]} children
 */
function place(parent, children) {
  for (const before of [...parent.children]) if (!children.includes(before)) before.remove();
  for (const [index, child] of children.entries()) {
    const there = parent.children[index];
    if (there !== child) parent.insertBefore(child, there ?? null);
  }
}

/**
 * @param {DecisionRow} row
 * @param {readonly string[]} topics
 */
function rowOf(row, topics) {
  const { action, atMs, title, itemId } = row;
  return element(
    'tr',
    { 'data-complete': String(row.isComplete), 'data-late': String(row.completedAfterMs !== null) },
    element('td', { class: 'when quiet' }, time(atMs)),
    element('td', { class: 'action' }, verdict(action)),
    // Whichever way it is written, it turns nothing else round.
    element('td', { class: 'title', title: title || itemId }, element('bdi', {}, title || itemId)),
    ...topics.map((topic) => cellOf(row, topic)),
    element('td', { class: 'completeness' }, ...completeness(row)),
  );
}

/** @param {string} action */
function verdict(action) {
  return element('span', { class: `verdict ${action.toLowerCase()}` }, verdictIcon(action), action.toLowerCase());
}

/**
 * @param {DecisionRow} row
 * @param {string} topic
 */
function cellOf({ topics }, topic) {
  const found = topics.find((one) => one.topic === topic);
  return element('td', { class: 'topic', 'data-topic': shortTopic(topic) }, found ? topicScore(found) : '–');
}

/** @param {DecisionRow} row */
function completeness({ isComplete, completedAfterMs }) {
  if (!isComplete) return [icon('pending'), ' partial'];
  if (completedAfterMs !== null) return [icon('well'), ` after ${duration(completedAfterMs)}`];
  return ['complete'];
}

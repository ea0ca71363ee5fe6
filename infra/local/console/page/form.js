/** @import { Moderated } from '../wire.ts' */
/** @import { Refused } from './post.js' */
import { byId, element } from './dom.js';
import { EXAMPLES } from './examples.js';
import { verdictIcon } from './icons.js';
import { post } from './post.js';
import { shortTopic, topicScore } from './scores.js';

/** The fields, by the names that the endpoint has for them. */
const FIELDS = /** @type {const} */ ([
  ['title', 'Title', 'wide', {}],
  ['description', 'Description', 'wide', { rows: 3 }],
  ['category', 'Category', '', { placeholder: 'sports/hunting' }],
  ['sellerId', 'Seller', '', {}],
  ['price.minorUnits', 'Price, in cents', '', { inputmode: 'numeric' }],
  ['price.currency', 'Currency', '', { maxlength: 8 }],
]);

/** An item typed by hand, and what the synchronous endpoint says of it. */
export function createForm() {
  const fields = new Map(
    FIELDS.map(([name, label, className, more]) => [name, createField(name, label, className, more)]),
  );
  const enqueue = element('input', { type: 'checkbox', id: 'typed-enqueue' });
  const submit = element('button', { type: 'submit', class: 'primary' }, 'Moderate');
  const result = element('div', { id: 'typed-result', class: 'result', role: 'status' });
  const form = element(
    'form',
    { novalidate: true, class: 'typed-form' },
    element(
      'div',
      { class: 'examples', role: 'group', 'aria-label': 'Examples' },
      element('span', { class: 'quiet' }, 'Try'),
      ...EXAMPLES.map(({ name, values }) => {
        const button = element('button', { type: 'button' }, name);
        button.addEventListener('click', () => {
          for (const [field, { input }] of fields) input.value = values[field] ?? '';
          clear();
        });
        return button;
      }),
    ),
    ...[...fields.values()].map(({ root }) => root),
    element(
      'label',
      { class: 'check wide', for: 'typed-enqueue' },
      enqueue,
      'put what can’t be answered now on the backlog',
    ),
    element('div', { class: 'wide' }, submit),
    result,
  );
  byId('typed').replaceChildren(form);
  for (const [field, { input }] of fields) input.value = EXAMPLES[0]?.values[field] ?? '';

  function clear(text = 'The verdict, and the score of each topic.') {
    for (const { fault } of fields.values()) fault('');
    result.replaceChildren(element('p', { class: 'quiet' }, text));
  }
  clear();

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (submit.getAttribute('aria-disabled') === 'true') return;
    clear('asking …');
    submit.setAttribute('aria-disabled', 'true');
    const from = performance.now();
    try {
      const answer = /** @type {Moderated} */ (await post('/moderate', requestOf(fields, enqueue.checked)));
      if ('refused' in answer) refused(answer.refused);
      else result.replaceChildren(...answered(answer.decision, performance.now() - from, enqueue.checked));
    } catch (error) {
      const { message, faults = [] } = /** @type {Refused} */ (error);
      refused({ code: 'Refused', error: message, faults });
    }
    submit.removeAttribute('aria-disabled');
  });

  /** @param {Extract<Moderated, { refused: unknown }>['refused']} refusal */
  function refused({ code, error, faults }) {
    const unplaced = faults.filter(({ field }) => !fields.has(/** @type {FieldName} */ (field)));
    for (const { field, message: fault } of faults) fields.get(/** @type {FieldName} */ (field))?.fault(fault);
    const first = FIELDS.find(([name]) => faults.some(({ field }) => field === name));
    if (first) fields.get(first[0])?.input.focus();
    const isPlaced = faults.length > 0 && unplaced.length === 0;
    const text = isPlaced ? 'the fields that are marked can’t be moderated like this' : error;
    result.replaceChildren(element('p', { class: 'error' }, element('b', {}, code), ` ${text}`));
  }
}

/** @typedef {(typeof FIELDS)[number][0]} FieldName */

/**
 * @param {ReadonlyMap<FieldName, ReturnType<typeof createField>>} fields
 * @param {boolean} enqueue
 */
function requestOf(fields, enqueue) {
  const value = (/** @type {FieldName} */ name) => fields.get(name)?.input.value ?? '';
  const units = value('price.minorUnits').trim();
  const currency = value('price.currency').trim();
  return {
    title: value('title'),
    description: value('description'),
    category: value('category').trim(),
    sellerId: value('sellerId').trim(),
    price: units === '' && currency === '' ? null : { currency, minorUnits: Number(units || Number.NaN) },
    enqueue,
  };
}

/**
 * @param {FieldName} name
 * @param {string} label
 * @param {string} className
 * @param {Record<string, string | number>} more
 */
function createField(name, label, className, more) {
  const id = `typed-${name.replace('.', '-')}`;
  const attributes = { id, dir: 'auto', 'aria-describedby': `${id}-fault`, autocomplete: 'off', ...more };
  const input = name === 'description' ? element('textarea', attributes) : element('input', attributes);
  const text = element('p', { id: `${id}-fault`, class: 'fault' });
  return {
    root: element('div', { class: `field ${className}` }, element('label', { for: id }, label), input, text),
    input,
    /** @param {string} message */
    fault(message) {
      text.textContent = message;
      if (message) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    },
  };
}

/**
 * @param {Extract<Moderated, { decision: unknown }>['decision']} decision
 * @param {number} tookMs
 * @param {boolean} isEnqueued
 */
function answered({ action, topics }, tookMs, isEnqueued) {
  const owed = topics.filter(({ state }) => state === 'PENDING');
  const late = isEnqueued ? 'it follows as a decision, from the backlog' : 'nobody will ask again';
  const versions = topics.filter(({ modelVersion }) => modelVersion).map(({ modelVersion }) => modelVersion);
  return [
    element(
      'p',
      { class: `verdict outcome ${action.toLowerCase()}` },
      verdictIcon(action),
      element('b', {}, action.toLowerCase()),
      element('span', { class: 'quiet' }, `in ${Math.round(tookMs)} ms`),
    ),
    element(
      'ul',
      { class: 'scores' },
      ...topics.map((topic) =>
        element('li', {}, element('span', { class: 'topic' }, shortTopic(topic.topic)), topicScore(topic)),
      ),
    ),
    ...owed.map(({ topic, error }) =>
      element('p', { class: 'pending' }, element('b', {}, topic), ` is pending: ${error || 'no answer'}; ${late}`),
    ),
    element('p', { class: 'quiet' }, versions.join(' · ')),
  ];
}

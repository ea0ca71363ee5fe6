/** @import { Moment, PartState, Switches, Welcome } from '../wire.ts' */
import { announce } from './announce.js';
import { byId, element, setText } from './dom.js';
import { stateLine } from './figures.js';
import { count, rate } from './format.js';
import { post } from './post.js';
import { brokenText, createSwitchRow } from './switch-row.js';

/** @type {Record<string, string>} */
const TITLES = { redis: 'Redis', catalog: 'Catalogue', pubsub: 'Pub/Sub' };

/**
 * The switches of everything but the models, and the burst.
 *
 * @param {Welcome} welcome
 */
export function createSwitches({ models }) {
  const rows = element('div', { class: 'parts' });
  byId('switches').replaceChildren(burst(), rows);
  /** @type {Map<string, ReturnType<typeof createPart>>} */
  const parts = new Map();
  return {
    /** @param {Moment} moment */
    show({ replicas, storeUp }) {
      if (storeUp !== null) parts.get('redis')?.seen(storeUp, storeUp ? 'answers' : 'bypassed');
      for (const { name, answers, receivedPerSecond } of replicas) {
        parts.get(name)?.seen(answers, answers ? `takes ${rate(receivedPerSecond)}` : 'does not answer');
      }
    },
    /** @param {Switches} switches */
    showSwitches(switches) {
      for (const state of switches.parts) {
        if (models.includes(state.part)) continue;
        let part = parts.get(state.part);
        if (!part) {
          part = createPart(state);
          parts.set(state.part, part);
          rows.append(part.root);
        }
        part.show(state);
      }
    },
  };
}

/** @param {PartState} first */
function createPart(first) {
  const title = TITLES[first.part] ?? first.part.replace('proxy-', 'Proxy ');
  const health = stateLine(`health-${first.part}`);
  const row = createSwitchRow(first, title);
  const root = element(
    'div',
    { id: `part-${first.part}`, class: 'part', role: 'group', 'aria-label': title },
    element('div', {}, element('h3', {}, title), health.line),
    row.row,
    row.error,
  );
  let state = first;
  let answers = true;
  let seen = 'well';

  function tell() {
    const text = brokenText(state);
    if (text) health.show('ill', text);
    else health.show(answers ? 'well' : 'ill', seen);
  }
  return {
    root,
    /** @param {PartState} now */
    show(now) {
      if (now.state !== state.state) announce(`${title} ${brokenText(now) || 'is whole'}`);
      state = now;
      row.show(now);
      tell();
    },
    /**
     * @param {boolean} isAnswering
     * @param {string} text
     */
    seen(isAnswering, text) {
      answers = isAnswering;
      seen = text;
      tell();
    },
  };
}

function burst() {
  const input = element('input', { id: 'burst-count', type: 'number', min: 1, max: 5000, step: 1, value: 500 });
  const button = element('button', { type: 'submit' }, 'Send at once');
  const outcome = element('p', { class: 'quiet', role: 'status' }, ' ');
  const form = element(
    'form',
    { class: 'burst', novalidate: true },
    element('label', { for: 'burst-count' }, 'Burst of events'),
    input,
    button,
    outcome,
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    setText(outcome, 'sending …');
    try {
      const answer = /** @type {{ published: number }} */ (await post('/burst', { count: input.valueAsNumber }));
      setText(outcome, answer.published === 0 ? 'there are no more events' : `sent ${count(answer.published)}`);
    } catch (caught) {
      const { message, faults = [] } = /** @type {import('./post.js').Refused} */ (caught);
      setText(outcome, faults[0]?.message ?? message);
    }
    button.removeAttribute('aria-disabled');
  });
  return form;
}

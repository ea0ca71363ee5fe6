/** @import { PartState } from '../wire.ts' */
import { announce } from './announce.js';
import { element, setText } from './dom.js';
import { post } from './post.js';

/** @type {Record<string, string>} */
const LABELS = {
  slow: 'Slow',
  errors: 'Failing',
  hang: 'Hang',
  down: 'Down',
  freeze: 'Freeze',
  kill: 'Kill',
};

/** What a part is made by them. @type {Record<string, string>} */
const WORDS = { slow: 'slow', errors: 'failing', hang: 'hanging', down: 'down', freeze: 'frozen', kill: 'killed' };

/** In the order in which they are worth a try. */
const ORDER = Object.keys(LABELS);
/** With more ways than that, one is chosen from a list. */
const MOST_BUTTONS = 6;

/**
 * What a part that is broken is said to be.
 *
 * @param {PartState} state
 */
export function brokenText({ state, how }) {
  if (state === 'whole') return '';
  if (state === 'repairing') return 'being repaired';
  const words = how === 'ended' ? 'has ended by itself' : `broken: ${WORDS[how ?? ''] ?? how}`;
  return state === 'breaking' ? `${words} …` : words;
}

/**
 * The switches of a part: the ways of breaking it, and the way back.
 *
 * @param {PartState} part
 * @param {string} title what people call it
 */
export function createSwitchRow(part, title) {
  const error = element('p', { class: 'error', role: 'alert', hidden: true });
  const repair = element(
    'button',
    { type: 'button', class: 'repair', 'aria-disabled': 'true', 'aria-label': `Repair ${title}` },
    'Repair',
  );
  const ways = [...part.ways].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const isList = ways.length > MOST_BUTTONS;
  const list = isList ? wayList(part.ways, title) : undefined;
  /** @type {Map<string, HTMLButtonElement>} */
  const buttons = new Map();
  if (list) {
    buttons.set('', element('button', { type: 'button', 'aria-label': `Break ${title}` }, 'Break'));
  } else {
    for (const how of ways) {
      const label = LABELS[how] ?? how;
      buttons.set(
        how,
        element('button', { type: 'button', 'aria-pressed': 'false', 'aria-label': `${title}: ${label}` }, label),
      );
    }
  }
  let state = part;

  /**
   * @param {string} path
   * @param {object} body
   */
  async function press(path, body) {
    error.hidden = true;
    try {
      await post(path, body);
    } catch (caught) {
      const { message } = /** @type {Error} */ (caught);
      setText(error, message);
      error.hidden = false;
      announce(message);
    }
  }
  for (const [how, button] of buttons) {
    button.addEventListener('click', () => {
      const wanted = list ? list.value : how;
      const isInForce = state.state === 'broken' && state.how === wanted;
      if (isInForce) void press('/switches/repair', { part: part.part });
      else void press('/switches/break', { part: part.part, how: wanted });
    });
  }
  repair.addEventListener('click', () => {
    if (state.state === 'broken') void press('/switches/repair', { part: part.part });
  });

  return {
    row: element('div', { class: 'switch-row' }, list, ...buttons.values(), repair),
    error,
    /** @param {PartState} now */
    show(now) {
      state = now;
      for (const [how, button] of buttons) {
        const isOn = now.state !== 'whole' && (list ? true : now.how === how);
        if (!list) button.setAttribute('aria-pressed', String(isOn));
        button.dataset['busy'] = String(isOn && now.state !== 'broken');
      }
      repair.setAttribute('aria-disabled', String(now.state !== 'broken'));
    },
  };
}

/**
 * @param {readonly string[]} ways
 * @param {string} title
 */
function wayList(ways, title) {
  return element(
    'select',
    { 'aria-label': `How ${title} misbehaves` },
    ...ways.map((how) => element('option', { value: how }, how.replaceAll('-', ' '))),
  );
}

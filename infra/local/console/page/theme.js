import { byId } from './dom.js';

const KEY = 'eddy-theme';
const LISTENERS = new Set();

/**
 * @param {() => void} listener told when the colours have changed
 */
export function onTheme(listener) {
  LISTENERS.add(listener);
}

/** Light, dark, or as the system has it; remembered. */
export function startTheme() {
  const choice = /** @type {HTMLFieldSetElement} */ (byId('theme'));
  const inputs = [...choice.querySelectorAll('input')];
  const kept = remembered();
  for (const input of inputs) input.checked = input.value === kept;
  apply(kept);
  choice.addEventListener('change', () => {
    const value = inputs.find(({ checked }) => checked)?.value ?? 'auto';
    try {
      localStorage.setItem(KEY, value);
    } catch {
      // Not to be remembered.
    }
    apply(value);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
}

function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  } catch {
    return 'auto';
  }
}

/** @param {string} theme */
function apply(theme) {
  document.documentElement.dataset['theme'] = theme;
  tell();
}

function tell() {
  for (const listener of LISTENERS) listener();
}

/**
 * What a colour of the style sheet is now, for what is drawn on a canvas.
 *
 * @param {string} name `--text`
 */
export function colour(name) {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

import { svg } from './dom.js';

// Shapes that tell the states apart without their colours.
const SHAPES = {
  well: ['circle', 'M5.2 8.2l2 2 3.8-4.2'],
  strained: ['triangle', 'M8 6v3.2M8 11.4v.2'],
  ill: ['octagon', 'M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6'],
  unknown: ['circle', 'M6.3 6.4a1.8 1.8 0 1 1 2.6 1.7c-.6.3-.9.7-.9 1.2M8 11.3v.2'],
  pending: ['circle', 'M8 4.8V8l2 1.6'],
};

const OUTLINES = {
  circle: 'M8 1.2a6.8 6.8 0 1 1 0 13.6A6.8 6.8 0 0 1 8 1.2z',
  triangle: 'M8 1.4L15 14H1z',
  octagon: 'M5 1.2h6L14.8 5v6L11 14.8H5L1.2 11V5z',
};

/** @typedef {keyof typeof SHAPES} IconName */

/** @param {IconName} name */
export function icon(name) {
  const [outline, sign] = /** @type {[keyof typeof OUTLINES, string]} */ (SHAPES[name]);
  return svg(
    'svg',
    { class: `icon ${name}`, viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    svg('path', { class: 'outline', d: OUTLINES[outline] }),
    svg('path', { class: 'sign', d: sign }),
  );
}

/** @type {Record<string, IconName>} */
const VERDICTS = { PASS: 'well', REVIEW: 'strained', REMOVE: 'ill' };

/**
 * A verdict with its sign.
 *
 * @param {string} action
 */
export function verdictIcon(action) {
  return icon(VERDICTS[action] ?? 'unknown');
}

import { byId } from './dom.js';

/** Several within it are said as one. */
const GATHER_MS = 400;

/** @type {string[]} */
let gathered = [];

/**
 * Tells those who listen to the page, rather than look at it, what has changed.
 *
 * @param {string} text
 */
export function announce(text) {
  if (gathered.length === 0) {
    setTimeout(() => {
      byId('announcements').textContent = gathered.join('. ');
      gathered = [];
    }, GATHER_MS);
  }
  gathered.push(text);
}

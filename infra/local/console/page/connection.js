/** @import { StreamEvents } from '../wire.ts' */

const NAMES = /** @type {const} */ (['welcome', 'moment', 'decisions', 'switches']);

/** Without a word for so long, nobody is there, whatever the connection says. */
const SILENT_MS = 6_000;

/**
 * What the server tells, from now on; a connection that is lost is begun again.
 *
 * @param {{ [Name in keyof StreamEvents]: (data: StreamEvents[Name]) => void }} listeners
 * @param {(state: 'live' | 'lost') => void} onState
 */
export function connect(listeners, onState) {
  const source = new EventSource('/events');
  let heardAtMs = Date.now();
  for (const name of NAMES) {
    source.addEventListener(name, ({ data }) => {
      heardAtMs = Date.now();
      onState('live');
      listeners[name](JSON.parse(data));
    });
  }
  source.addEventListener('error', () => onState('lost'));
  setInterval(() => {
    if (Date.now() - heardAtMs > SILENT_MS) onState('lost');
  }, 1_000);
}

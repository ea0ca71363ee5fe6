/** @import { StreamEvents } from '../wire.ts' */

const NAMES = /** @type {const} */ (['welcome', 'moment', 'decisions', 'switches']);

/** Without a word for so long, nobody is there, whatever the connection says. */
const SILENT_MS = 6_000;
/** How often it is looked at. */
const LOOK_MS = 1_000;
/** A connection that is refused, and not just lost, the browser does not try again by itself. */
const AGAIN_MS = 3_000;
/**
 * A page that nobody sees for so long gives its connection back: a browser has few for one server, and with as many pages
 * in the background another one could not be opened.
 */
const HIDDEN_MS = 20_000;

/**
 * What the server tells, from now on; a connection that is lost is begun again.
 *
 * @param {{ [Name in keyof StreamEvents]: (data: StreamEvents[Name]) => void }} listeners
 * @param {(state: 'live' | 'lost') => void} onState
 */
export function connect(listeners, onState) {
  /** @type {EventSource | undefined} */
  let source;
  let heardAtMs = 0;
  let beganAtMs = 0;
  let seenAtMs = 0;

  function begin() {
    source?.close();
    source = new EventSource('/events');
    heardAtMs = beganAtMs = Date.now();
    for (const name of NAMES) {
      source.addEventListener(name, ({ data }) => {
        heardAtMs = Date.now();
        onState('live');
        listeners[name](JSON.parse(data));
      });
    }
    source.addEventListener('error', () => onState('lost'));
  }
  function look() {
    const now = Date.now();
    if (!document.hidden) seenAtMs = now;
    if (now - seenAtMs > HIDDEN_MS) {
      source?.close();
      source = undefined;
    } else if (!source || (source.readyState === EventSource.CLOSED && now - beganAtMs > AGAIN_MS)) {
      begin();
    } else if (now - heardAtMs > SILENT_MS) onState('lost');
  }
  document.addEventListener('visibilitychange', look);
  setInterval(look, LOOK_MS);
  seenAtMs = Date.now();
  begin();
}

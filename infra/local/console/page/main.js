/** @import { Welcome } from '../wire.ts' */
import { announce } from './announce.js';
import { createCharts } from './charts.js';
import { connect } from './connection.js';
import { createDecisions } from './decisions.js';
import { byId, setText } from './dom.js';
import { createFigures } from './figures.js';
import { createForm } from './form.js';
import { createSwitches } from './switches.js';
import { startTheme } from './theme.js';
import { createTiles } from './tiles.js';
import { createTopology } from './topology.js';

const STATES = { live: 'Live', lost: 'Not connected' };
const LOST = 'npm start has ended, or too many pages are open; trying again';

startTheme();
createForm();
const figures = createFigures();
const decisions = createDecisions();
const connection = byId('connection');

/** @type {ReturnType<typeof createParts> | undefined} */
let parts;
let shape = '';

connect(
  {
    welcome(welcome) {
      const { models, replicas, rate } = welcome;
      const found = JSON.stringify([models, replicas]);
      if (found !== shape) parts = createParts(welcome);
      else parts?.charts.begin(welcome.points);
      shape = found;
      decisions.clear();
      figures.welcome(welcome);
      const proxies = replicas.length === 1 ? 'one proxy' : `${replicas.length} proxies`;
      setText(byId('setting'), `${rate} events a second, ${proxies}, ${models.length} models`);
    },
    moment({ moment, point }) {
      figures.show(moment);
      parts?.tiles.show(moment);
      parts?.topology.show(moment);
      parts?.switches.show(moment);
      parts?.charts.add(point);
    },
    decisions: (batch) => decisions.add(batch),
    switches(switches) {
      parts?.tiles.showSwitches(switches);
      parts?.topology.showSwitches(switches);
      parts?.switches.showSwitches(switches);
      parts?.charts.mark(switches.marks);
    },
  },
  (state) => {
    if (connection.dataset['state'] === state) return;
    connection.dataset['state'] = state;
    document.documentElement.dataset['connection'] = state;
    setText(connection, STATES[state]);
    if (state === 'live') return;
    setText(byId('setting'), LOST);
    announce(`Not connected: ${LOST}`);
  },
);

/**
 * What depends on which models and proxies there are.
 *
 * @param {Welcome} welcome
 */
function createParts(welcome) {
  return {
    tiles: createTiles(welcome.models),
    topology: createTopology(welcome),
    switches: createSwitches(welcome),
    charts: createCharts(welcome),
  };
}

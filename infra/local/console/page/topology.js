/** @import { Moment, Switches, Welcome } from '../wire.ts' */
/** @import { Box, Geometry } from './geometry.js' */
import { byId, setText, svg } from './dom.js';
import { createFlow } from './flow.js';
import { count, eventsPerDot, rate } from './format.js';
import { geometryOf } from './geometry.js';
import { seriesClass } from './series.js';
import { brokenText } from './switch-row.js';

/** Dots a second on the busiest line. */
const MOST_PER_SECOND = 10;

/** How far from the proxy to the model. */
const BREAKER_AT = 0.62;

const BREAKER_SIGNS = { closed: '', 'half-open': '~', open: '×' };

/**
 * The way of the events, with what moves on it.
 *
 * @param {Welcome} welcome
 */
export function createTopology({ models, replicas, store, rate: published }) {
  const place = byId('topology');
  // By the main stream alone: it must look the same whatever goes on beside it.
  const perDot = eventsPerDot(published, MOST_PER_SECOND);
  setText(byId('scale'), `a dot is ${perDot === 1 ? 'one event' : `${perDot} events`}`);
  const root = svg('svg', { class: 'stream', role: 'img', 'aria-labelledby': 'topology-summary' });
  const summary = svg('title', { id: 'topology-summary' }, 'The way of the events');
  const lineLayer = svg('g', { class: 'lines' });
  const dotLayer = svg('g', { class: 'dots' });
  const nodeLayer = svg('g', { class: 'nodes' });
  const eddy = createEddy();
  root.append(summary, lineLayer, eddy.group, dotLayer, nodeLayer);
  place.replaceChildren(root);

  const nodes = {
    events: createNode('item-events', 'source'),
    proxy: createNode(replicas.length > 1 ? `proxy × ${replicas.length}` : 'proxy', 'proxy'),
    decisions: createNode('decisions', 'source'),
    store: createNode(store, 'side'),
    catalogue: createNode('catalogue', 'side'),
    models: models.map((model, index) => createNode(model, `model ${seriesClass(index)}`)),
  };
  const lines = {
    in: createLine('main'),
    out: createLine('main'),
    ask: models.map((_, index) => createLine(seriesClass(index))),
    owe: createLine('owe'),
    rejoin: createLine('rejoin'),
    side: [createLine('side'), createLine('side')],
  };
  const breakers = models.map(() => createBreaker());
  const all = [lines.in, lines.out, ...lines.ask, lines.owe, lines.rejoin];
  lineLayer.append(...lines.side.map(({ path }) => path), ...all.map(({ path }) => path));
  nodeLayer.append(
    ...[nodes.store, nodes.catalogue, nodes.events, nodes.decisions, nodes.proxy, ...nodes.models].map(
      ({ group }) => group,
    ),
    ...breakers.map(({ group }) => group),
  );
  const flow = createFlow(dotLayer);

  /** @param {Geometry} geometry */
  function lay(geometry) {
    root.setAttribute('viewBox', `0 0 ${geometry.width} ${geometry.height}`);
    root.setAttribute('height', String(geometry.height));
    nodes.events.lay(geometry.events);
    nodes.proxy.lay(geometry.proxy);
    nodes.decisions.lay(geometry.decisions);
    nodes.store.lay(geometry.store);
    nodes.catalogue.lay(geometry.catalogue);
    for (const [index, box] of geometry.models.entries()) nodes.models[index]?.lay(box);
    eddy.lay(geometry.eddy);
    const { paths } = geometry;
    const ways = [paths.in, paths.out, ...paths.ask, paths.owe, paths.rejoin];
    for (const [index, line] of all.entries()) line.path.setAttribute('d', ways[index] ?? '');
    for (const [index, line] of lines.side.entries()) line.path.setAttribute('d', paths.side[index] ?? '');
    for (const [index, { path }] of lines.ask.entries()) {
      breakers[index]?.lay(path.getPointAtLength(path.getTotalLength() * BREAKER_AT));
    }
    flow.lay(all, geometry.eddy);
  }
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    lay(geometryOf(width, models.length));
  });
  observer.observe(place);

  return {
    /** @param {Moment} moment */
    show(moment) {
      const set = (/** @type {ReturnType<typeof createLine>} */ line, /** @type {number} */ perSecond) => {
        line.dotsPerSecond = Math.min(2 * MOST_PER_SECOND, perSecond / perDot);
        line.path.style.strokeWidth = `${(1.5 + Math.min(4.5, Math.log10(1 + perSecond) * 1.8)).toFixed(2)}px`;
        line.path.dataset['idle'] = String(perSecond < 0.05);
      };
      set(lines.in, moment.publishedPerSecond);
      set(lines.out, moment.heardPerSecond);
      set(lines.owe, moment.backlogInPerSecond);
      set(lines.rejoin, moment.backlogOutPerSecond);
      const living = moment.replicas.filter(({ answers }) => answers).length;
      nodes.events.say(rate(moment.publishedPerSecond));
      nodes.decisions.say(rate(moment.heardPerSecond));
      nodes.proxy.say(
        living === replicas.length ? `${count(moment.books.unheard)} behind` : `${living} of ${replicas.length} answer`,
        living === replicas.length ? 'well' : living === 0 ? 'ill' : 'strained',
      );
      if (moment.storeUp === null) nodes.store.say(store === 'memory' ? 'in each proxy' : '–');
      else nodes.store.say(moment.storeUp ? 'answers' : 'bypassed', moment.storeUp ? 'well' : 'strained');
      for (const [index, model] of moment.models.entries()) {
        const line = lines.ask[index];
        if (line) {
          set(line, model.inputsPerSecond);
          line.path.dataset['level'] = model.health.level;
        }
        nodes.models[index]?.say(rate(model.inputsPerSecond), model.health.level);
        breakers[index]?.show(model.breaker);
      }
      eddy.show(moment.books.waiting);
      flow.turn(turningOf(moment));
      setText(summary, summaryOf(moment));
    },
    /** @param {Switches} switches */
    showSwitches({ parts }) {
      const text = brokenText(parts.find(({ part }) => part === 'catalog') ?? whole);
      nodes.catalogue.say(text || 'answers', text ? 'ill' : 'well');
    },
  };
}

/** @type {import('../wire.ts').PartState} */
const whole = { part: '', ways: [], state: 'whole', how: null, sinceMs: null, error: null };

/** @param {Moment} moment */
function summaryOf({ publishedPerSecond, books, models }) {
  const words = models.map(({ name, inputsPerSecond, health }) => `${name} ${rate(inputsPerSecond)}, ${health.text}`);
  return `${rate(publishedPerSecond)} events come in, ${books.unheard} are behind, ${books.waiting} wait. ${words.join('; ')}`;
}

/**
 * The dots of the eddy, in the colours of what is owed.
 *
 * @param {Moment} moment
 */
function turningOf({ books, models }) {
  const owed = models.map((model) => model.owed ?? 0);
  const sum = owed.reduce((all, one) => all + one, 0);
  const dots = Math.min(40, books.waiting === 0 ? 0 : Math.ceil(4 * Math.log2(1 + books.waiting)));
  return owed.flatMap((one, index) =>
    Array.from({ length: sum > 0 ? Math.round((dots * one) / sum) : 0 }, () => seriesClass(index)),
  );
}

/** @param {string} className */
function createLine(className) {
  return { path: svg('path', { class: `line ${className}` }), className, dotsPerSecond: 0 };
}

/**
 * @param {string} title
 * @param {string} className
 */
function createNode(title, className) {
  const box = svg('rect', { rx: 10 });
  const name = svg('text', { class: 'name', y: -4 }, title);
  const said = svg('text', { class: 'said', y: 15 }, '–');
  const group = svg('g', { class: `node ${className}`, 'data-level': 'unknown' }, box, name, said);
  return {
    group,
    /** @param {Box} at */
    lay({ x, y, width, height }) {
      squeeze(name, width - 16);
      group.setAttribute('transform', `translate(${x} ${y})`);
      for (const [key, value] of Object.entries({ x: -width / 2, y: -height / 2, width, height })) {
        box.setAttribute(key, String(value));
      }
    },
    /**
     * @param {string} text
     * @param {string} [level]
     */
    say(text, level = 'well') {
      setText(said, text);
      group.dataset['level'] = level;
    },
  };
}

/**
 * A long name is pressed into its box.
 *
 * @param {SVGTextElement} text
 * @param {number} most
 */
function squeeze(text, most) {
  text.removeAttribute('textLength');
  if (text.getComputedTextLength() <= most) return;
  text.setAttribute('textLength', String(most));
  text.setAttribute('lengthAdjust', 'spacingAndGlyphs');
}

function createBreaker() {
  const sign = svg('text', { y: 4.5 });
  const group = svg('g', { class: 'breaker', 'data-state': 'closed' }, svg('circle', { r: 8 }), sign);
  return {
    group,
    /** @param {{ x: number, y: number }} at */
    lay({ x, y }) {
      group.setAttribute('transform', `translate(${x} ${y})`);
    },
    /** @param {keyof typeof BREAKER_SIGNS} state */
    show(state) {
      group.dataset['state'] = state;
      setText(sign, BREAKER_SIGNS[state]);
    },
  };
}

function createEddy() {
  const ring = svg('circle', { class: 'ring' });
  const inner = svg('circle', { class: 'inner' });
  const number = svg('text', { class: 'name', y: 2 }, '0');
  const group = svg(
    'g',
    { class: 'eddy', 'data-level': 'well' },
    ring,
    inner,
    number,
    svg('text', { class: 'said', y: 17 }, 'waiting'),
  );
  return {
    group,
    /** @param {import('./geometry.js').Circle} at */
    lay({ x, y, radius }) {
      group.setAttribute('transform', `translate(${x} ${y})`);
      ring.setAttribute('r', String(radius));
      inner.setAttribute('r', String(radius * 0.62));
    },
    /** @param {number} waiting */
    show(waiting) {
      setText(number, count(waiting));
      group.dataset['level'] = waiting > 0 ? 'strained' : 'well';
    },
  };
}

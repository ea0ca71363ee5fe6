/** @import { Moment, Switches } from '../wire.ts' */
import { announce } from './announce.js';
import { byId, element, setText } from './dom.js';
import { stateLine } from './figures.js';
import { count, drain, milliseconds, rate, share } from './format.js';
import { seriesClass } from './series.js';
import { brokenText, createSwitchRow } from './switch-row.js';

const FIGURES = /** @type {const} */ ([
  ['load', 'asked'],
  ['delay', 'call, 99 of 100'],
  ['failed', 'calls failed'],
  ['breaker', 'breaker'],
  ['owed', 'owed'],
  ['hits', 'cache hits'],
]);

/**
 * A tile for each model: how it does, and its switches.
 *
 * @param {readonly string[]} models
 */
export function createTiles(models) {
  const tiles = models.map((model, index) => createTile(model, index));
  byId('models').replaceChildren(...tiles.map(({ tile }) => tile));
  return {
    /** @param {Moment} moment */
    show({ models: moments }) {
      for (const [index, moment] of moments.entries()) tiles[index]?.show(moment);
    },
    /** @param {Switches} switches */
    showSwitches({ parts }) {
      for (const [index, model] of models.entries()) {
        const part = parts.find((one) => one.part === model);
        if (part) tiles[index]?.showSwitches(part);
      }
    },
  };
}

/**
 * @param {string} model
 * @param {number} index
 */
function createTile(model, index) {
  const health = stateLine(`health-${model}`);
  const broken = element('p', { class: 'badge', hidden: true });
  const forecast = element('p', { class: 'quiet forecast' }, ' ');
  const cells = new Map(FIGURES.map(([name]) => [name, element('dd', { id: `${model}-${name}` }, '–')]));
  const switches = element('div', { role: 'group', 'aria-label': `Switches of ${model}` });
  const tile = element(
    'article',
    { id: `tile-${model}`, class: `card tile ${seriesClass(index)}`, 'data-level': 'unknown', 'aria-label': model },
    element('header', {}, element('h2', {}, model), health.line, broken, forecast),
    element('dl', {}, ...FIGURES.map(([name, label]) => element('div', {}, element('dt', {}, label), cells.get(name)))),
    switches,
  );
  let said = '';
  /** @type {ReturnType<typeof createSwitchRow> | undefined} */
  let row;

  return {
    tile,
    /** @param {import('../wire.ts').ModelMoment} moment */
    show(moment) {
      const { level, text } = moment.health;
      health.show(level, text);
      tile.dataset['level'] = level;
      if (said !== '' && said !== level) announce(`${model}: ${text}`);
      said = level;
      const figures = {
        load: rate(moment.inputsPerSecond),
        delay: milliseconds(moment.callP99Ms),
        failed: share(moment.failedShare),
        breaker: level === 'unknown' ? '–' : moment.breaker,
        owed: count(moment.owed),
        hits: share(moment.cacheShare),
      };
      for (const [name, cell] of cells) setText(cell, figures[name]);
      cells.get('breaker')?.setAttribute('data-state', moment.breaker);
      setText(forecast, moment.owed === null ? '' : drain(moment.drainSeconds, moment.owed));
    },
    /** @param {import('../wire.ts').PartState} part */
    showSwitches(part) {
      if (!row) {
        row = createSwitchRow(part, model);
        switches.replaceChildren(row.row, row.error);
      }
      row.show(part);
      const text = brokenText(part);
      if (text !== broken.textContent && (text || broken.textContent)) announce(`${model} ${text || 'is whole'}`);
      setText(broken, text);
      broken.hidden = text === '';
    },
  };
}

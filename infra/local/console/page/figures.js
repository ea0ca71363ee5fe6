/** @import { Moment } from '../wire.ts' */
import { byId, element, setText } from './dom.js';
import { count, drain, milliseconds, share } from './format.js';
import { icon } from './icons.js';

const TERMS = /** @type {const} */ ([
  ['decided', 'decided'],
  ['waiting', 'waiting'],
  ['quarantined', 'quarantined'],
  ['superseded', 'superseded'],
  ['abandoned', 'abandoned'],
  ['unheard', 'under way'],
]);

/** @type {Record<Moment['books']['balance'], [import('../wire.ts').Level, string]>} */
const BALANCES = {
  balanced: ['well', 'they balance'],
  'under-way': ['well', 'they balance'],
  missing: ['ill', 'events are missing'],
};

/** The figures that say whether anybody is hurt. */
export function createFigures() {
  let name = 'the store';
  const behind = element('strong', { id: 'behind', class: 'huge' }, '–');
  const stream = stateLine('stream-health');
  const first = element('strong', { class: 'big' }, '–');
  const late = element('strong', { class: 'big' }, '–');
  const waiting = element('strong', { id: 'waiting', class: 'big' }, '–');
  const drains = element('p', { id: 'drain', class: 'quiet' }, ' ');
  const hits = element('strong', { class: 'big' }, '–');
  const store = stateLine('store-health');
  const received = element('strong', { class: 'big' }, '–');
  const balance = stateLine('balance');
  const terms = new Map(TERMS.map(([term]) => [term, element('dd', { id: `books-${term}` }, '–')]));

  byId('figures').replaceChildren(
    element('div', { class: 'card figure calm' }, element('h2', {}, 'Events behind'), behind, stream.line),
    element(
      'div',
      { class: 'card figure first' },
      element('h2', {}, 'First decision'),
      element('div', { class: 'pair' }, labelled(first, 'median'), labelled(late, '99 of 100')),
      element('p', { class: 'quiet' }, 'after, in the last 10 s'),
    ),
    element('div', { class: 'card figure' }, element('h2', {}, 'Waiting for a model'), waiting, drains),
    element('div', { class: 'card figure' }, element('h2', {}, 'Cache hits'), hits, store.line),
    element(
      'div',
      { class: 'card figure books' },
      element('h2', {}, 'The books'),
      element(
        'div',
        { class: 'ledger' },
        labelled(received, 'received ='),
        element(
          'dl',
          {},
          ...TERMS.map(([term, label]) => element('div', {}, element('dt', {}, label), terms.get(term))),
        ),
      ),
      balance.line,
    ),
  );

  return {
    /** @param {import('../wire.ts').Welcome} welcome */
    welcome(welcome) {
      name = welcome.store;
    },
    /** @param {Moment} moment */
    show(moment) {
      const { books, mainStream, storeUp } = moment;
      setText(behind, count(books.unheard));
      stream.show(mainStream.level, mainStream.text);
      setText(first, milliseconds(moment.firstP50Ms));
      setText(late, milliseconds(moment.firstP99Ms));
      setText(waiting, count(books.waiting));
      setText(drains, books.waiting === 0 ? 'nothing owed' : drain(moment.drainSeconds, books.waiting));
      setText(hits, share(moment.cacheShare));
      if (storeUp === null) store.show('unknown', name === 'memory' ? 'no shared store' : `${name}: not known`);
      else store.show(storeUp ? 'well' : 'strained', `${name} ${storeUp ? 'answers' : 'bypassed'}`);
      setText(received, count(books.published));
      for (const [term, cell] of terms) setText(cell, count(books[term]));
      balance.show(...BALANCES[books.balance]);
    },
  };
}

/**
 * @param {HTMLElement} figure
 * @param {string} label
 */
function labelled(figure, label) {
  return element('div', {}, figure, element('span', { class: 'quiet' }, label));
}

/**
 * A state in words, with its sign.
 *
 * @param {string} id
 */
export function stateLine(id) {
  const text = element('span', {}, ' ');
  const line = element('p', { id, class: 'state', 'data-level': 'unknown' }, icon('unknown'), text);
  return {
    line,
    /**
     * @param {import('../wire.ts').Level} level
     * @param {string} words
     */
    show(level, words) {
      setText(text, words);
      if (line.dataset['level'] === level) return;
      line.dataset['level'] = level;
      line.firstElementChild?.replaceWith(icon(level));
    },
  };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { booksLine, createBooks, isSettled } from './books.ts';

const scored = [{ topic: 'weapons', state: 'SCORED' }];
const pending = [{ topic: 'weapons', state: 'PENDING' }];

describe('the books of a run', () => {
  test('count a message of which nothing is heard as lost', () => {
    const books = createBooks();
    books.published('a', 0);
    books.published('b', 0);
    books.decided({ key: 'a', isComplete: true, topics: scored }, 5);
    expect(booksLine(books.totals())).toBe(
      'settled 1/2: decided 1, quarantined 0, superseded 0, waiting 0, abandoned 0; lost 1',
    );
    expect(isSettled(books.totals())).toBe(false);
  });

  test('of a run that was stopped call it still under way', () => {
    const books = createBooks();
    books.published('a', 0);
    expect(booksLine(books.totals(), true)).toMatch(/abandoned 0; still under way 1$/);
    books.quarantined('a', 1);
    expect(booksLine(books.totals(), true)).toMatch(/abandoned 0; lost 0$/);
  });

  test('know a message from its id alone, also when its outcome comes before its id', () => {
    const books = createBooks();
    books.quarantined('a', 5);
    expect(books.totals().published).toBe(0);
    books.published('a', 0);
    expect(books.totals()).toMatchObject({ published: 1, quarantined: 1, unheard: 0 });
  });

  test('keep a partly decided message waiting until the rest comes', () => {
    const books = createBooks();
    books.published('a', 0);
    books.decided({ key: 'a', isComplete: false, topics: pending }, 1);
    expect(books.totals()).toMatchObject({ waiting: 1, decided: 0 });
    books.decided({ key: 'a', isComplete: true, topics: scored }, 2);
    expect(books.totals()).toMatchObject({ waiting: 0, decided: 1 });
  });

  test('add up the topics of several partial decisions', () => {
    const books = createBooks();
    books.published('a', 0);
    const both = (weapons: string, money: string) => [
      { topic: 'weapons', state: weapons },
      { topic: 'money', state: money },
    ];
    books.decided({ key: 'a', isComplete: false, topics: both('PENDING', 'PENDING') }, 1);
    books.decided({ key: 'a', isComplete: false, topics: both('SCORED', 'PENDING') }, 2);
    expect(books.totals().waiting).toBe(1);
    books.decided({ key: 'a', isComplete: false, topics: both('PENDING', 'SCORED') }, 3);
    expect(books.totals().decided).toBe(1);
  });

  test('tell given up from decided', () => {
    const books = createBooks();
    books.published('a', 0);
    books.decided({ key: 'a', isComplete: true, topics: [{ topic: 'weapons', state: 'ABANDONED' }] }, 1);
    expect(books.totals()).toMatchObject({ abandoned: 1, decided: 0 });
  });

  test('keep what was given up when the rest is decided later', () => {
    const books = createBooks();
    books.published('a', 0);
    const both = (weapons: string, money: string) => [
      { topic: 'weapons', state: weapons },
      { topic: 'money', state: money },
    ];
    books.decided({ key: 'a', isComplete: false, topics: both('ABANDONED', 'PENDING') }, 1);
    expect(books.totals()).toMatchObject({ waiting: 1, abandoned: 0 });
    books.decided({ key: 'a', isComplete: false, topics: both('PENDING', 'SCORED') }, 2);
    expect(books.totals()).toMatchObject({ abandoned: 1, decided: 0 });
  });

  test('are not reopened by a redelivery', () => {
    const books = createBooks();
    books.published('a', 0);
    books.decided({ key: 'a', isComplete: true, topics: scored }, 1);
    books.decided({ key: 'a', isComplete: false, topics: pending }, 2);
    books.superseded('a', 3);
    expect(books.totals()).toMatchObject({ decided: 1, waiting: 0, superseded: 0 });
  });

  test('know when something was heard of a message first, and when it was over', () => {
    const books = createBooks();
    books.published('a', 100);
    books.decided({ key: 'a', isComplete: false, topics: pending }, 130);
    books.decided({ key: 'a', isComplete: true, topics: scored }, 900);
    books.decided({ key: 'a', isComplete: true, topics: scored }, 950);
    expect(books.accountOf('a')).toMatchObject({ publishedAtMs: 100, heardAtMs: 130, settledAtMs: 900 });
  });

  test('tell what waits of somebody else, and count it nowhere else', () => {
    const books = createBooks();
    books.decided({ key: 'a', isComplete: false, topics: pending }, 1);
    expect(books.totals()).toMatchObject({ published: 0, waiting: 0, waitingOfOthers: 1 });
    books.published('a', 0);
    expect(books.totals()).toMatchObject({ published: 1, waiting: 1, waitingOfOthers: 0 });
  });

  test('forget the oldest of what is over, which stays counted, and is neither reopened nor counted twice', () => {
    const books = createBooks({ remembered: 2 });
    for (const key of ['open', 'a', 'b', 'c', 'd']) books.published(key, 0);
    books.decided({ key: 'open', isComplete: false, topics: pending }, 1);
    for (const key of ['a', 'b', 'c', 'd']) books.decided({ key, isComplete: true, topics: scored }, 1);
    expect(['open', 'a', 'b', 'c', 'd'].filter((key) => books.accountOf(key))).toEqual(['open', 'c', 'd']);
    const totals = { published: 5, decided: 4, waiting: 1, unheard: 0, waitingOfOthers: 0 };
    expect(books.totals()).toMatchObject(totals);
    for (const key of ['a', 'b', 'a', 'd']) books.decided({ key, isComplete: true, topics: scored }, 2);
    expect(books.totals()).toMatchObject(totals);
    expect(books.open()).toEqual(['open']);
  });

  test('balance, whatever is heard in whatever order', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const event = fc.oneof(
      fc.record({ kind: fc.constant('published' as const), id }),
      fc.record({ kind: fc.constant('quarantined' as const), id }),
      fc.record({ kind: fc.constant('superseded' as const), id }),
      fc.record({ kind: fc.constant('decided' as const), id, isComplete: fc.boolean() }),
    );
    const remembered = fc.constantFrom(1, 2, undefined);
    fc.assert(
      fc.property(fc.array(event), remembered, (events, some) => {
        const books = createBooks(some === undefined ? {} : { remembered: some });
        const known = new Set<string>();
        for (const one of events) {
          // The broker gives no id twice.
          if (one.kind === 'published' && known.has(one.id)) continue;
          if (one.kind === 'published') known.add(one.id);
          if (one.kind === 'decided') {
            const topics = one.isComplete ? scored : pending;
            books.decided({ key: one.id, isComplete: one.isComplete, topics }, 1);
          } else books[one.kind](one.id, 0);
        }
        const { published, decided, quarantined, superseded, abandoned, waiting, unheard } = books.totals();
        expect(decided + quarantined + superseded + abandoned + waiting + unheard).toBe(published);
        expect(published).toBe(known.size);
      }),
    );
  });
});

import type { Books } from '../books.ts';

/** How the main stream does: what waits for a first word, and how long the latest first words have taken. */
export interface MainStream {
  /** Published, and nothing was heard of it yet. */
  readonly behind: number;
  /** For how long the oldest of them has been waiting, in milliseconds; 0 when there is none. */
  readonly oldestMs: number;
  /** First decisions of the last ten seconds, or what settles an event without one. */
  readonly firstWords: number;
  /** Their delay, in milliseconds; null when there was none. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface FirstWords {
  /** The books, as they are; what is written into them is looked at on its way. */
  readonly books: Books;
  /** The most that were behind at one time. */
  readonly mostBehind: number;
  read(nowMs: number): MainStream;
}

const WINDOW_MS = 10_000;
/** At more than a thousand a second, the latest of them stand for all. */
const MOST_KEPT = 10_000;

/**
 * Looks over the shoulder of whoever keeps the books: each entry costs the same, however long they are.
 *
 * @param onFirstWord told of each first word on what was published
 */
export function watchFirstWords(
  books: Books,
  onFirstWord?: (publishedAtMs: number, delayMs: number) => void,
): FirstWords {
  // In the order of publishing, which is the order of a map.
  const unheard = new Map<string, number>();
  let heard: { readonly atMs: number; readonly delayMs: number }[] = [];
  let mostBehind = 0;

  function firstWord(publishedAtMs: number, atMs: number): void {
    const delayMs = Math.max(0, atMs - publishedAtMs);
    onFirstWord?.(publishedAtMs, delayMs);
    heard.push({ atMs, delayMs });
    if (heard.length > 2 * MOST_KEPT) heard = heard.slice(-MOST_KEPT);
  }
  function hear(key: string, atMs: number): void {
    const publishedAtMs = unheard.get(key);
    if (publishedAtMs === undefined) return;
    unheard.delete(key);
    firstWord(publishedAtMs, atMs);
  }

  return {
    get mostBehind() {
      return mostBehind;
    },
    books: {
      ...books,
      published(key, atMs) {
        books.published(key, atMs);
        // What is heard of a message may arrive before the broker's answer with its id.
        const heardAtMs = books.accountOf(key)?.heardAtMs;
        if (heardAtMs === undefined) unheard.set(key, atMs);
        else firstWord(atMs, heardAtMs);
        mostBehind = Math.max(mostBehind, unheard.size);
      },
      decided(note, atMs) {
        books.decided(note, atMs);
        hear(note.key, atMs);
      },
      quarantined(key, atMs) {
        books.quarantined(key, atMs);
        hear(key, atMs);
      },
      superseded(key, atMs) {
        books.superseded(key, atMs);
        hear(key, atMs);
      },
    },
    read(nowMs) {
      const from = nowMs - WINDOW_MS;
      heard = heard.filter(({ atMs }) => atMs >= from).slice(-MOST_KEPT);
      const delays = heard.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
      const at = (quantile: number) =>
        delays[Math.min(delays.length - 1, Math.floor(delays.length * quantile))] ?? null;
      const [oldest] = unheard.values();
      return {
        behind: unheard.size,
        oldestMs: oldest === undefined ? 0 : Math.max(0, nowMs - oldest),
        firstWords: delays.length,
        p50Ms: at(0.5),
        p99Ms: at(0.99),
      };
    },
  };
}

import type { Account } from './books.ts';

/** Told at most; the rest is a number. */
const TOLD = 20;

/** What has not come to its end, a line each up to a number. */
export function openList<Open>(open: readonly Open[], inWords: (one: Open) => string): string[] {
  const lines = open.slice(0, TOLD).map((one) => `open: ${inWords(one)}`);
  if (open.length > TOLD) lines.push(`and ${open.length - TOLD} more`);
  return lines;
}

/** What an open account lacks. */
export function notOver({ state, owed }: Pick<Account, 'state' | 'owed'>): string {
  return state === 'waiting' ? `decided in part, without ${owed.join(', ')}` : 'nothing was heard of it';
}

import { isSettled, type Totals } from '../../infra/local/books.ts';
import type { Finding } from './verdict.ts';

/** How a soak ended. */
export interface SoakEnd {
  /** It could not be run to its end. */
  readonly hasFailed: boolean;
  /** It was stopped by hand. */
  readonly isStopped: boolean;
  readonly verdict: Finding['verdict'];
  /** What had to be found flat, and was not; empty where the run was too short for a verdict. */
  readonly missing: readonly string[];
  readonly totals: Totals;
}

/** 0 only where something was sent, all of it settled, and all was flat that had to be; 130 when it was stopped; else 1. */
export function exitCodeOf({ hasFailed, isStopped, verdict, missing, totals }: SoakEnd): number {
  if (hasFailed || verdict === 'growing' || missing.length > 0) return 1;
  if (isStopped) return 130;
  return totals.published > 0 && isSettled(totals) ? 0 : 1;
}

import type { Scorer } from '../scorer.ts';
import type { WeightsFile } from '../text/weights.ts';
import type { Topic } from './grammar.ts';
import { inventListings, isLookalike, type Listing } from './listings.ts';
import { averagePrecision, calibrationError, type Judged, precisionRecall, shareAbove } from './measure.ts';
import { shareOfNewWords } from './novelty.ts';
import { PROBES, toInput } from './probes.ts';

/** How many listings of the held-out part are invented for the report. */
export const TEST_SIZE = 9_000;

/** A model with what its weights say about themselves. */
export interface Candidate {
  readonly topic: Topic;
  readonly file: WeightsFile;
  readonly scorer: Scorer;
}

/** What is measured on the held-out part; shares are 0 to 1. */
export interface Report {
  readonly candidate: Candidate;
  readonly breaking: number;
  readonly lookalikes: number;
  readonly prAuc: number;
  readonly precisionAtRemove: number;
  readonly recallAtRemove: Readonly<Record<'all' | 'English' | 'Japanese' | 'disguised', number>>;
  readonly recallAtReview: number;
  readonly lookalikesAtReview: number;
  readonly lookalikesAtRemove: number;
  readonly calibrationError: number;
  readonly probesRight: number;
  readonly probes: number;
}

/** Measures a model on the held-out part that belongs to its seed. */
export function measure(candidate: Candidate, listings: readonly Listing[]): Report {
  const { topic, file, scorer } = candidate;
  const { review, remove } = file.thresholds;
  const judged = listings.map(
    (listing): Judged => ({
      probability: scorer.score(listing.input).probability ?? Number.NaN,
      label: listing.breaks === topic ? 1 : 0,
    }),
  );
  const where = (matches: (listing: Listing) => boolean): Judged[] =>
    judged.filter((_, index) => matches(listings[index]!));
  const recall = (matches: (listing: Listing) => boolean): number => precisionRecall(where(matches), remove).recall;
  const lookalikes = where((listing) => isLookalike(listing, topic));
  const probes = PROBES.filter((probe) => probe.topic === topic);
  const right = probes.filter((probe) => (scorer.score(toInput(probe)).probability ?? 0) >= review === probe.breaks);
  return {
    candidate,
    breaking: judged.filter(({ label }) => label === 1).length,
    lookalikes: lookalikes.length,
    prAuc: averagePrecision(judged),
    precisionAtRemove: precisionRecall(judged, remove).precision,
    recallAtRemove: {
      all: recall(() => true),
      English: recall(({ language }) => language === 'en'),
      Japanese: recall(({ language }) => language === 'ja'),
      disguised: recall(({ disguised }) => disguised),
    },
    recallAtReview: precisionRecall(judged, review).recall,
    lookalikesAtReview: shareAbove(lookalikes, review),
    lookalikesAtRemove: shareAbove(lookalikes, remove),
    calibrationError: calibrationError(judged),
    probesRight: right.length,
    probes: probes.length,
  };
}

/** The held-out listings of a seed. */
export function heldOut(seed: number): Listing[] {
  return inventListings('test', TEST_SIZE, seed);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const fraction = (value: number): string => value.toFixed(3);
const goal = (text: string, reached: boolean): string => (reached ? text : `${text} (missed)`);

const ROWS: readonly (readonly [label: string, goal: string, value: (report: Report) => string])[] = [
  ['version', '', ({ candidate }) => `\`${candidate.file.version}\``],
  ['listings that break the rule', '', ({ breaking }) => String(breaking)],
  ['look-alikes (hard negatives)', '', ({ lookalikes }) => String(lookalikes)],
  ['their vocabulary: words training never had', '', ({ candidate }) => percent(shareOfNewWords(candidate.topic))],
  ['PR-AUC', '≥ 0.95', ({ prAuc }) => goal(fraction(prAuc), prAuc >= 0.95)],
  ['threshold `review`', '', ({ candidate }) => candidate.file.thresholds.review.toFixed(2)],
  ['– look-alikes flagged', '≤ 2 %', ({ lookalikesAtReview: share }) => goal(percent(share), share <= 0.02)],
  ['– recall', '', ({ recallAtReview }) => percent(recallAtReview)],
  ['threshold `remove`', '', ({ candidate }) => candidate.file.thresholds.remove.toFixed(2)],
  ['– precision', '≥ 0.98', ({ precisionAtRemove: value }) => goal(fraction(value), value >= 0.98)],
  ['– look-alikes flagged', '', ({ lookalikesAtRemove }) => percent(lookalikesAtRemove)],
  ['– recall', '', ({ recallAtRemove }) => percent(recallAtRemove.all)],
  ['– – English', '', ({ recallAtRemove }) => percent(recallAtRemove.English)],
  ['– – Japanese', '', ({ recallAtRemove }) => percent(recallAtRemove.Japanese)],
  ['– – disguised', '', ({ recallAtRemove }) => percent(recallAtRemove.disguised)],
  ['calibration error (15 bins)', '', (report) => fraction(report.calibrationError)],
  ['hand-written listings right', '', ({ probesRight, probes }) => `${probesRight} of ${probes}`],
];

/** The reports side by side, as a Markdown table. */
export function toTable(reports: readonly Report[]): string {
  const names = reports.map(({ candidate }) => candidate.topic);
  return [
    `| on the held-out part | goal | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---|').join('')}`,
    ...ROWS.map(([label, aim, value]) => `| ${label} | ${aim} | ${reports.map(value).join(' | ')} |`),
  ].join('\n');
}

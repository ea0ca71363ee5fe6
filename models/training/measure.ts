/** A prediction and the truth. */
export interface Judged {
  readonly probability: number;
  readonly label: 0 | 1;
}

/** Area under the precision-recall curve (average precision; equal probabilities count as one step). */
export function averagePrecision(judged: readonly Judged[]): number {
  const sorted = [...judged].sort((a, b) => b.probability - a.probability);
  const positives = sorted.filter(({ label }) => label === 1).length;
  let [found, area, i] = [0, 0, 0];
  while (i < sorted.length) {
    const before = found;
    const level = sorted[i]!.probability;
    while (i < sorted.length && sorted[i]!.probability === level) found += sorted[i++]!.label;
    area += ((found - before) / positives) * (found / i);
  }
  return area;
}

/** Precision and recall of everything at or above a threshold; precision is 1 where nothing reaches it. */
export function precisionRecall(judged: readonly Judged[], threshold: number): { precision: number; recall: number } {
  let [hits, flagged, positives] = [0, 0, 0];
  for (const { probability, label } of judged) {
    positives += label;
    if (probability < threshold) continue;
    flagged++;
    hits += label;
  }
  return { precision: flagged === 0 ? 1 : hits / flagged, recall: positives === 0 ? 1 : hits / positives };
}

/** The share of the judged at or above a threshold, 0 where there are none. */
export function shareAbove(judged: readonly Judged[], threshold: number): number {
  return judged.length === 0 ? 0 : judged.filter(({ probability }) => probability >= threshold).length / judged.length;
}

/** Expected calibration error: mean distance of probability and truth over equally wide bins, weighted by their size. */
export function calibrationError(judged: readonly Judged[], bins = 15): number {
  const sums = Array.from({ length: bins }, () => ({ probability: 0, label: 0 }));
  for (const { probability, label } of judged) {
    const bin = sums[Math.min(bins - 1, Math.floor(probability * bins))]!;
    bin.probability += probability;
    bin.label += label;
  }
  return sums.reduce((total, bin) => total + Math.abs(bin.probability - bin.label), 0) / judged.length;
}

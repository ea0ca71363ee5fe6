/** More slips of the fingers than this, and another word was meant. */
const MAX_DISTANCE = 3;
/** More than this share of a word must be right. */
const MIN_SIMILARITY = 0.5;

/** The word that was probably meant, whatever its case; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let found: string | undefined;
  let least = MAX_DISTANCE + 1;
  for (const candidate of known) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    const longest = Math.max(word.length, candidate.length);
    if (distance < least && 1 - distance / longest > MIN_SIMILARITY) {
      found = candidate;
      least = distance;
    }
  }
  return found;
}

/** What helps somebody who wrote a word that is none of those known: `did you mean "x"?`, or all that there are. */
export function hint(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `there are: ${known.join(', ')}` : `did you mean "${meant}"?`;
}

/**
 * Letters to insert, remove, change or swap with their neighbour; infinite where the lengths alone differ too much.
 * https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance (optimal string alignment)
 */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const changed = last[column - 1]! + (isSame ? 0 : 1);
      let least = Math.min(changed, last[column]! + 1, current[column - 1]! + 1);
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) least = Math.min(least, beforeLast[column - 2]! + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}

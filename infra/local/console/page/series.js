/** As many colours as the style sheet has. */
const COLOURS = 6;
const DASHES = [[], [], [7, 3], [], [7, 3], [2, 3]];

/**
 * The colour of a model, the same wherever it is seen.
 *
 * @param {number} index
 */
export function seriesColour(index) {
  return `--series-${(index % COLOURS) + 1}`;
}

/** @param {number} index */
export function seriesClass(index) {
  return `series series-${(index % COLOURS) + 1}`;
}

/**
 * Healthy models are asked equally often, so that their lines lie upon one another: the ones below are wider.
 *
 * @param {number} index
 * @param {number} of
 */
export function seriesLine(index, of) {
  return { width: 1.75 + (of - 1 - index) * 1.75, dash: DASHES[index % DASHES.length] ?? [] };
}

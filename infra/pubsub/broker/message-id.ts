/** So many messages of one broker have ids of the same length. */
const digits = 9;

/**
 * The id of a message: digits only, as Google's are, and another one than that of any message of an earlier broker.
 *
 * @param epochMs when the broker began, milliseconds since the epoch
 * @param sequence 1 for the broker's first message
 */
export function messageIdOf(epochMs: number, sequence: number): string {
  return `${epochMs}${String(sequence).padStart(digits, '0')}`;
}

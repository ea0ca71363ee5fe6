/**
 * What the broker does of its own accord of what at-least-once delivery allows; shares from 0 to 1, read at each use, so
 * that whoever holds the object can change them at any time. Subscriptions with exactly-once delivery are spared
 * duplicates and dropped acks; messages that are delivered in the order of their keys are spared duplicates and
 * reordering.
 */
export interface Disturbance {
  /** The share of deliveries that are repeated within 10 seconds although the first one's lease still runs. */
  duplicate: number;
  /** The share of messages that are held back for up to a second, so that others overtake them. */
  reorder: number;
  /** The share of acks and nacks that are answered as taken but forgotten: the lease runs on, and then ends. */
  dropAcks: number;
}

/** How soon a delivery is repeated at the latest. Short waits are as likely as long ones: one in four is below 10 ms. */
const duplicateWithinMs = 10_000;
/** How long a message is held back at most. */
const reorderWithinMs = 1_000;

/** The decisions that follow from a disturbance and a source of random numbers. */
export interface Chance {
  /** After how many milliseconds to repeat a delivery; undefined: not at all. */
  duplicateAfterMs(): number | undefined;
  /** For how many milliseconds to hold a message back; undefined: not at all. */
  holdBackMs(): number | undefined;
  dropsAck(): boolean;
}

/** A broker that does nothing of the kind. */
export const calm: Chance = {
  duplicateAfterMs: () => undefined,
  holdBackMs: () => undefined,
  dropsAck: () => false,
};

/** @param random evenly spread over 0 (included) to 1 (excluded) */
export function createChance(disturbance: Readonly<Disturbance>, random: () => number): Chance {
  // Nothing is drawn for a share of 0, so that a run does not change with disturbances that are off.
  const happens = (share: number): boolean => share > 0 && random() < share;
  return {
    duplicateAfterMs: () => (happens(disturbance.duplicate) ? duplicateWithinMs ** random() : undefined),
    holdBackMs: () => (happens(disturbance.reorder) ? random() * reorderWithinMs : undefined),
    dropsAck: () => happens(disturbance.dropAcks),
  };
}

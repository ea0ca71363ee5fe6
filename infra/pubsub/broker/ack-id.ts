/**
 * Ids of deliveries. The epoch keeps those of a broker apart from those of the one before it: an acknowledgement that
 * outlives a restart must not hit a message that its sender has never seen.
 *
 * @param epochMs when the broker began, milliseconds since the epoch
 */
export function createAckIds(epochMs: number): () => string {
  const prefix = `delivery-${epochMs.toString(36)}-`;
  let deliveries = 0;
  return () => {
    deliveries += 1;
    return prefix + deliveries.toString(36);
  };
}

/** Whether it is an id of a delivery, be it of one that is over, or of an earlier broker. */
export function isAckId(text: string): boolean {
  return /^delivery-[0-9a-z]{1,12}-[0-9a-z]{1,12}$/.test(text);
}

/** The id of the so many-th delivery. */
export function ackIdOf(delivery: number): string {
  return `delivery-${delivery.toString(36)}`;
}

/** Whether it is an id of a delivery, be it of one that is over. */
export function isAckId(text: string): boolean {
  return /^delivery-[0-9a-z]{1,12}$/.test(text);
}

/** A promise that a run has broken. */
export interface Violation {
  readonly invariant: string;
  /** Milliseconds since the run began. */
  readonly atMs: number;
  /** The item that it concerns, where it is about one. */
  readonly itemId: string | undefined;
  readonly what: string;
}

/** Takes violations, and what is worth reading of an item's way. */
export interface Witness {
  violated(invariant: string, itemId: string | undefined, what: string): void;
  /** Notes a step of an item's way; `describe` is called only for items that are followed. */
  note(itemId: string, describe: () => string): void;
}

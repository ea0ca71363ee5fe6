/** The events that are published and not over, as far as decisions tell. */
export interface OpenEvents {
  /** How many there are. */
  readonly count: number;
  published(eventId: string, models: readonly string[]): void;
  /** A decision is there; `models`: those that have settled their part in it. */
  decided(eventId: string, models: readonly string[]): void;
  closed(eventId: string): void;
  /** The messages that must be in the backlog: one for each event that is decided in part, or for each model it waits for. */
  backlog(mode: 'combined' | 'per-model'): number;
}

export function createOpenEvents(): OpenEvents {
  const open = new Map<string, { readonly owed: Set<string>; isHeard: boolean }>();
  return {
    get count() {
      return open.size;
    },
    published(eventId, models) {
      if (models.length > 0) open.set(eventId, { owed: new Set(models), isHeard: false });
    },
    decided(eventId, models) {
      const event = open.get(eventId);
      if (!event) return;
      event.isHeard = true;
      for (const model of models) event.owed.delete(model);
      if (event.owed.size === 0) open.delete(eventId);
    },
    closed: (eventId) => void open.delete(eventId),
    backlog(mode) {
      let messages = 0;
      for (const { owed, isHeard } of open.values()) {
        if (isHeard) messages += mode === 'per-model' ? owed.size : 1;
      }
      return messages;
    },
  };
}

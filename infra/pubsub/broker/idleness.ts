import type { Agenda, Appointment } from './agenda.ts';

export interface IdlenessOptions {
  readonly now: () => number;
  readonly agenda: Agenda;
  readonly expirationMs: () => number | 'never';
  readonly isWatched: () => boolean;
  readonly onExpired: () => void;
}

/** Tells when a subscription has had no activity for as long as its expiration policy allows. */
export class Idleness {
  readonly #options: IdlenessOptions;
  readonly #appointment: Appointment;
  #isOver = false;

  constructor(options: IdlenessOptions) {
    this.#options = options;
    this.#appointment = {
      dueMs: Number.POSITIVE_INFINITY,
      slot: undefined,
      onDue: () => this.#look(),
    };
  }

  /** To be called at every activity, and when the expiration was changed. */
  touch(): void {
    if (this.#isOver) return;
    const { now, agenda, expirationMs } = this.#options;
    const nowMs = now();
    const afterMs = expirationMs();
    if (afterMs === 'never') agenda.cancel(this.#appointment);
    else agenda.set(this.#appointment, nowMs + afterMs);
  }

  /** The subscription is gone. */
  end(): void {
    this.#isOver = true;
    this.#options.agenda.cancel(this.#appointment);
  }

  #look(): void {
    if (this.#options.isWatched()) this.touch();
    else this.#options.onExpired();
  }
}

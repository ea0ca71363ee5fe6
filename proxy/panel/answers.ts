import { type Outcome, pending } from '../moderation/outcome.ts';
import type { Expirable, Expiry } from '../store/expiry.ts';
import type { TracedQuestion } from '../telemetry/tracing/tracing.ts';
import type { Answer } from './question.ts';

export interface AnswersOptions {
  /** The models that are asked; each answers once, or not in time. */
  readonly names: readonly string[];
  /** Where the outcomes go. After the end nothing is changed there. */
  readonly outcomes: Map<string, Outcome>;
  /** Milliseconds on the clock of `expiry`: what is not answered by then is pending. */
  readonly expiresAtMs: number;
  readonly expiry: Expiry;
  /** Those of a pass that is traced. */
  readonly questions: ReadonlyMap<string, TracedQuestion> | undefined;
  /** Called once: all have answered, or the time is up. */
  readonly resolve: (outcomes: Map<string, Outcome>) => void;
}

const BUDGET_SPENT = pending("DEADLINE_EXCEEDED: the item's budget is spent");

/** The answers that one item waits for. A class, because hundreds of items wait at a time. */
export class Answers implements Expirable {
  /** Undefined when it is over. */
  #options: AnswersOptions | undefined;
  #outstanding: number;

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#outstanding = options.names.length;
    options.expiry.add(this, options.expiresAtMs);
  }

  /** For all the models alike. */
  readonly answer: Answer = (outcome, name) => {
    if (!this.#options) return;
    const { outcomes, questions, expiry, expiresAtMs, resolve } = this.#options;
    questions?.get(name)?.answered(outcome);
    outcomes.set(name, outcome);
    this.#outstanding--;
    if (this.#outstanding > 0) return;
    this.#options = undefined;
    expiry.remove(this, expiresAtMs);
    resolve(outcomes);
  };

  expire(): void {
    if (!this.#options) return;
    const { names, outcomes, resolve } = this.#options;
    for (const name of names) if (!outcomes.has(name)) outcomes.set(name, BUDGET_SPENT);
    this.#options = undefined;
    resolve(outcomes);
  }
}

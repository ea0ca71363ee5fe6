import type { Outcome } from '../moderation/outcome.ts';
import type { TracedQuestion } from '../telemetry/tracing/tracing.ts';
import type { Lane, Waiting } from './lanes.ts';

/** Told what became of a question to a model; one function will do for all the models that an item is asked of. */
export type Answer = (outcome: Outcome, model: string) => void;

export interface QuestionOptions {
  /** Identifies what the model sees: equal questions in one lane are asked once. */
  readonly digest: string;
  /** The encoded PredictInput. */
  readonly input: Uint8Array;
  readonly lane: Lane;
  /** Milliseconds on the clock of the panel: nobody waits for the answer after this. */
  readonly expiresAtMs: number;
  /** Called once, at the latest when the answer comes; it may come after the question has expired. */
  readonly answer: Answer;
  /** Where the item's pass is traced. */
  readonly traced?: TracedQuestion | undefined;
}

const NOTHING = new Uint8Array();
const NOBODY: Answer = () => {};

/**
 * One question to one model, with all who ask it. A class, because an item has many under way; and one that lets go of
 * what it refers to when it is answered: a Map leaves its former tables behind, with all that was in them, and what is
 * dead but old keeps alive what is young, here all that is known of an item.
 */
export class Question implements Waiting {
  readonly digest: string;
  readonly lane: Lane;
  input: Uint8Array;
  expiresAtMs: number;
  /** Set by whoever it is put to. */
  leaveByMs = 0;
  /** Those of its askers whose passes are traced. */
  traced: TracedQuestion[] | undefined;
  #answer: Answer;
  /** Of those who asked the same after the first; mostly nobody has. */
  #more: Answer[] | undefined;

  constructor({ digest, input, lane, expiresAtMs, answer, traced }: QuestionOptions) {
    this.digest = digest;
    this.lane = lane;
    this.input = input;
    this.expiresAtMs = expiresAtMs;
    this.traced = traced && [traced];
    this.#answer = answer;
    this.#more = undefined;
  }

  get size(): number {
    return this.input.length;
  }

  /** Lets another one, of the same digest and lane, have the answer to this one. */
  join(other: Question): void {
    this.#more ??= [];
    this.#more.push(other.#answer);
    this.expiresAtMs = Math.max(this.expiresAtMs, other.expiresAtMs);
    this.leaveByMs = Math.max(this.leaveByMs, other.leaveByMs);
    if (!other.traced) return;
    for (const traced of other.traced) traced.coalesced();
    this.traced = this.traced ? [...this.traced, ...other.traced] : other.traced;
  }

  /** Tells all who ask what the model has come to. */
  settle(outcome: Outcome, model: string): void {
    const answer = this.#answer;
    const more = this.#more;
    this.input = NOTHING;
    this.traced = undefined;
    this.#answer = NOBODY;
    this.#more = undefined;
    answer(outcome, model);
    if (more) for (const tell of more) tell(outcome, model);
  }
}

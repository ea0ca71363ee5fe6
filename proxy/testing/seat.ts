import type { Outcome, Scored } from '../moderation/outcome.ts';
import type { BreakerState } from '../panel/breaker.ts';
import type { Lane } from '../panel/lanes.ts';
import { createMember, type MemberObserver } from '../panel/member.ts';
import { Question } from '../panel/question.ts';
import type { TracedQuestion } from '../telemetry/tracing/tracing.ts';
import { modelConfigOf } from './config.ts';
import { fakeModelClient } from './fake-model-client.ts';

/** What became of a question. */
export interface Asked {
  readonly outcomes: Outcome[];
  /** The only outcome; undefined before it has come. */
  readonly outcome: Outcome | undefined;
}

interface AskOptions {
  readonly lane?: Lane;
  readonly withinMs?: number;
  readonly traced?: TracedQuestion | undefined;
}

/** Lets everything happen that does not wait for a timer. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A member of the panel before a fake model, on the clock that `Date.now` tells. */
export function createSeat(changes: Parameters<typeof modelConfigOf>[0] = {}, backlogShare = 0.2) {
  const client = fakeModelClient();
  const called: Parameters<MemberObserver['called']>[0][] = [];
  const breakerStates: BreakerState[] = [];
  const scores: [digest: string, score: Scored][] = [];
  let coalesced = 0;
  const member = createMember({
    name: 'weapons',
    config: modelConfigOf(changes),
    client,
    backlogShare,
    now: () => Date.now(),
    observer: {
      sent: () => {},
      called: (call) => called.push(call),
      coalesced: () => coalesced++,
      breakerChanged: (_model, state) => breakerStates.push(state),
    },
    onScores: (fresh) => scores.push(...fresh.map(({ digest, score }): [string, Scored] => [digest, score])),
  });

  function ask(text: string, { lane = 'live', withinMs = 10_000, traced }: AskOptions = {}): Asked {
    const outcomes: Outcome[] = [];
    member.ask(
      new Question({
        digest: `digest of ${text}`,
        input: Buffer.from(text),
        lane,
        expiresAtMs: Date.now() + withinMs,
        answer(outcome) {
          traced?.answered(outcome);
          outcomes.push(outcome);
        },
        traced,
      }),
    );
    return {
      outcomes,
      get outcome() {
        if (outcomes.length > 1) throw new Error(`answered ${outcomes.length} times`);
        return outcomes[0];
      },
    };
  }

  return {
    member,
    client,
    ask,
    called,
    breakerStates,
    scores,
    get coalesced() {
      return coalesced;
    },
    /** The last call, which there must be. */
    get call() {
      return client.calls.at(-1)!;
    },
    /** The texts of each call. */
    get batches() {
      return client.calls.map(({ texts }) => texts);
    },
    [Symbol.dispose]: () => member.close(),
  };
}

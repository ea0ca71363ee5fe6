import { status } from '@grpc/grpc-js';
import { RpcError } from '../../grpc/unary.ts';
import type { Caller } from './caller.ts';

/** What publishes suffer; shares from 0 to 1, read at each publish. */
export interface PublishMisbehaviour {
  refusedPublishes: readonly { readonly code: number; readonly share: number }[];
  publishDelayMs: number;
  unconfirmedPublishes: number;
}

/** Faults around publishing. Disposing of it answers whoever waits with UNAVAILABLE. */
export interface PublishFaults extends Disposable {
  /** A caller that has gone is held no longer; what was not stored by then never is. */
  around<Answer>(publish: () => Answer, caller: Caller): Answer | Promise<Answer>;
  readonly refused: number;
  readonly unconfirmed: number;
}

/** So many publishes may be held at one time; those beyond are answered with UNAVAILABLE. */
const mostHeld = 10_000;

export function createPublishFaults(misbehaviour: Readonly<PublishMisbehaviour>, random: () => number): PublishFaults {
  const held = new Set<(error: RpcError) => void>();
  let refused = 0;
  let unconfirmed = 0;
  const unavailable = (reason: string): RpcError => new RpcError(status.UNAVAILABLE, reason);

  /** @param afterMs undefined: never */
  function hold<Answer>(
    caller: Caller,
    afterMs: number | undefined,
    then: () => Answer | Promise<Answer>,
  ): Promise<Answer> {
    if (caller.cancelled) return Promise.reject(gone);
    if (held.size >= mostHeld) return Promise.reject(unavailable(`${mostHeld} publishes are held back already`));
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        clearTimeout(timer);
        held.delete(fail);
        reject(error);
      };
      const timer = setTimeout(() => {
        held.delete(fail);
        try {
          resolve(then());
        } catch (error) {
          reject(error);
        }
      }, afterMs ?? longestHoldMs);
      held.add(fail);
      // Emitted at the end of every call, at its deadline too.
      caller.once('cancelled', () => fail(gone));
    });
  }

  function store<Answer>(publish: () => Answer, caller: Caller): Answer | Promise<Answer> {
    const answer = publish();
    const { unconfirmedPublishes } = misbehaviour;
    if (unconfirmedPublishes === 0 || random() >= unconfirmedPublishes) return answer;
    unconfirmed += 1;
    return hold(caller, undefined, () => {
      throw unavailable('the confirmation was lost on purpose');
    });
  }

  return {
    around(publish, caller) {
      const { refusedPublishes, publishDelayMs } = misbehaviour;
      const code = draw(refusedPublishes, random);
      if (code !== undefined) {
        refused += 1;
        throw new RpcError(code, 'this publish was refused on purpose');
      }
      return publishDelayMs > 0 ? hold(caller, publishDelayMs, () => store(publish, caller)) : store(publish, caller);
    },
    get refused() {
      return refused;
    },
    get unconfirmed() {
      return unconfirmed;
    },
    [Symbol.dispose]() {
      for (const fail of held) fail(unavailable('the server is closing'));
    },
  };
}

/** For callers without a deadline. */
const longestHoldMs = 3_600_000;

// Nobody reads it.
const gone = new RpcError(status.CANCELLED, 'the caller has gone');

function draw(refusals: PublishMisbehaviour['refusedPublishes'], random: () => number): number | undefined {
  if (refusals.length === 0) return undefined;
  let drawn = random();
  for (const { code, share } of refusals) {
    drawn -= share;
    if (drawn < 0) return code;
  }
  return undefined;
}

import pLimit, { type LimitFunction } from 'p-limit';
import type { Breakage, How } from './breakage.ts';
import type { Mark, PartState, Switches } from './console/wire.ts';

export interface BreakagesOptions {
  readonly stack: { break(breakage: Breakage): Promise<void>; repair(breakage: Breakage): Promise<void> };
  /** The parts, and the ways of breaking each. */
  readonly ways: ReadonlyMap<string, readonly How[]>;
  /** What else a part is called: `proxy` for the last of them. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly say: (line: string) => void;
}

/**
 * What is broken on purpose, by whomever. A part is broken in one way at a time: another way takes the place of the one
 * before it. What is asked for a part is done in the order in which it is asked.
 */
export interface Breakages {
  /**
   * Resolves when it is broken.
   *
   * @throws Error when it can't be
   */
  break(breakage: Breakage): Promise<void>;
  /**
   * Resolves when the part is whole.
   *
   * @param only this breakage, where another one may have taken its place since
   */
  repair(part: string, only?: Breakage): Promise<void>;
  /** A part has ended although nobody asked it to. */
  ended(part: string): void;
  read(): Switches;
  onChange(listener: () => void): () => void;
}

const WORDS: Partial<Record<How, string>> = {
  kill: 'is killed',
  freeze: 'is frozen',
  down: 'is down',
  hang: 'hangs',
  slow: 'is slow',
  errors: 'answers errors',
};

/** What a part that is broken does: `is killed`. */
export function inWords(how: How): string {
  return WORDS[how] ?? `misbehaves (${how})`;
}

/** What the page marks in its charts. */
const MARKS = 40;

export function createBreakages({ stack, ways, aliases, say }: BreakagesOptions): Breakages {
  const whole = { state: 'whole', how: null, sinceMs: null, error: null } as const;
  const states = new Map<string, PartState>([...ways].map(([part, hows]) => [part, { part, ways: hows, ...whole }]));
  const inForce = new Map<string, Breakage>();
  const turns = new Map<string, LimitFunction>([...ways.keys()].map((part) => [part, pLimit(1)]));
  const marks: Mark[] = [];
  const listeners = new Set<() => void>();

  function set(part: string, change: Partial<PartState>): void {
    states.set(part, { ...states.get(part)!, ...change });
    for (const listener of listeners) listener();
  }
  function mark(text: string): void {
    marks.push({ atMs: Date.now(), text });
    if (marks.length > MARKS) marks.shift();
  }
  function turnOf(name: string): { readonly part: string; readonly inTurn: LimitFunction } {
    const part = aliases.get(name) ?? name;
    const inTurn = turns.get(part);
    if (!inTurn) throw new Error(`${name} is not of this stack: only what the stack has started itself can be broken`);
    return { part, inTurn };
  }
  async function trying(part: string, otherwise: Partial<PartState>, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      set(part, { ...otherwise, error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  return {
    async break(breakage) {
      const { part, inTurn } = turnOf(breakage.part);
      await inTurn(async () => {
        const before = inForce.get(part);
        if (before?.how === breakage.how) return;
        set(part, { state: 'breaking', how: breakage.how, error: null });
        if (before) {
          // One that is frozen or gone could not heed a switch.
          await trying(part, { state: 'broken', how: before.how }, () => stack.repair(before));
          inForce.delete(part);
        }
        await trying(part, whole, () => stack.break(breakage));
        inForce.set(part, breakage);
        mark(`${part} ${inWords(breakage.how)}`);
        say(`>>> ${part} ${inWords(breakage.how)} from now on`);
        set(part, { state: 'broken', sinceMs: Date.now() });
      });
    },
    async repair(name, only) {
      const { part, inTurn } = turnOf(name);
      await inTurn(async () => {
        const breakage = inForce.get(part);
        if (!breakage || (only && only !== breakage)) return;
        set(part, { state: 'repairing', error: null });
        await trying(part, { state: 'broken' }, () => stack.repair(breakage));
        inForce.delete(part);
        mark(`${part} repaired`);
        say(`>>> ${part} is repaired`);
        set(part, whole);
      });
    },
    ended(name) {
      const part = aliases.get(name) ?? name;
      // The embedded Pub/Sub can't be brought back: it keeps all in memory.
      if (!ways.get(part)?.includes('kill')) return;
      inForce.set(part, { part, how: 'kill' });
      mark(`${part} has ended`);
      set(part, { state: 'broken', how: 'ended', sinceMs: Date.now() });
    },
    read: () => ({ parts: [...states.values()], marks: [...marks] }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

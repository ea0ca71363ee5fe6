import type { StoreCommands } from '../../proxy/store/bypass.ts';
import { type Host, later } from './host.ts';
import type { Random } from './random.ts';

/** How Redis is; changed at will. */
export interface StoreConditions {
  state: 'up' | 'gone' | 'frozen';
  /** The share of keys that were evicted when they are looked up. */
  loss: number;
  /** What a round trip takes on top of its usual time, in milliseconds. */
  delayMs: number;
}

/** One Redis that all replicas share. */
export interface SimulatedStore {
  readonly conditions: StoreConditions;
  /** What a key holds, and since when; for looking on. */
  peek(key: string): { readonly value: string; readonly writtenAtMs: number } | undefined;
  /** As after a restart without persistence. */
  forget(): void;
  /** Ends a freeze: what was asked meanwhile is done now, answers included. */
  thaw(): void;
  connect(host: Host, ttlMs: number): StoreCommands;
}

export function createStore(random: Random): SimulatedStore {
  const conditions: StoreConditions = { state: 'up', loss: 0, delayMs: 0 };
  const values = new Map<string, { value: string; writtenAtMs: number; expiresAtMs: number }>();
  const waiting: (() => void)[] = [];

  function read(key: string): string | null {
    const found = values.get(key);
    if (!found) return null;
    if (found.expiresAtMs > Date.now() && !random.chance(conditions.loss)) return found.value;
    values.delete(key);
    return null;
  }

  return {
    conditions,
    peek: (key) => values.get(key),
    forget: () => values.clear(),
    thaw() {
      conditions.state = 'up';
      for (const work of waiting.splice(0)) work();
    },
    connect(host, ttlMs) {
      const write = (key: string, value: string) => {
        const nowMs = Date.now();
        const writtenAtMs = values.get(key)?.value === value ? values.get(key)!.writtenAtMs : nowMs;
        values.set(key, { value, writtenAtMs, expiresAtMs: nowMs + ttlMs });
      };
      const number = (key: string) => Number(read(key) ?? 0);
      function command<T>(work: () => T): Promise<T> {
        return new Promise((resolve, reject) => {
          // The client refuses at once while it has no connection.
          if (conditions.state === 'gone') return reject(new Error('connect ECONNREFUSED'));
          const run = () => {
            if (conditions.state === 'gone') reject(new Error('the connection was closed'));
            else if (conditions.state === 'frozen') waiting.push(run);
            else if (host.isUp) resolve(work());
            else work();
          };
          later(host, random.between(0.2, 1.2) + conditions.delayMs, run);
        });
      }
      return {
        getMany: (keys) => command(() => keys.map(read)),
        setMany: (keys, added) =>
          command(() => {
            for (const [index, key] of keys.entries()) write(key, added[index]!);
          }),
        raiseMany: (entries) =>
          command(() =>
            entries.map(([key, value]) => {
              const before = number(key);
              if (value > before) write(key, String(value));
              return before;
            }),
          ),
        increment: (key) => command(() => write(key, String(number(key) + 1))),
        close() {},
      };
    },
  };
}

import type { Stack } from '../../infra/local/stack.ts';

/** A fault as every system has it now and then: nothing is lost by it, and nobody is called. */
export interface MildFault {
  readonly name: string;
  /** Resolves when it is over; when the pause rejects, it is over early. */
  run(stack: Stack, pause: (ms: number) => Promise<unknown>): Promise<void>;
}

/**
 * Those that come one after the other, again and again. Where there are fewer than three models, one has more than one of
 * them; what the stack has no part for (Redis, where it is not installed) is left out.
 *
 * @param parts what the stack has, by its names
 */
export function mildFaults(
  models: readonly string[],
  lastReplica: string,
  parts: { has(part: string): boolean },
): readonly MildFault[] {
  const modelAt = (index: number) => models[index % models.length]!;
  return [
    // Slower than usual, and within the timeout of 300 ms.
    ill(`${modelAt(0)} slow for 5 s`, modelAt(0), { latency: { medianMs: 100, p99Ms: 200 } }, 5_000),
    ill(`${modelAt(1)} with 5 % errors for 10 s`, modelAt(1), { errors: [{ code: 14, rate: 0.05 }] }, 10_000),
    ...(parts.has('redis') ? [frozen('redis', 2_000)] : []),
    restarted('catalog'),
    frozen(modelAt(2), 1_000),
    restarted(lastReplica),
  ];
}

type Faults = Parameters<ReturnType<Stack['faults']>['setFaults']>[0];

function ill(name: string, model: string, faults: Faults, forMs: number): MildFault {
  return {
    name,
    async run(stack, pause) {
      await stack.faults(model).setFaults(faults);
      try {
        await pause(forMs);
      } finally {
        await stack.faults(model).setFaults({});
      }
    },
  };
}

function frozen(part: string, forMs: number): MildFault {
  return {
    name: `${part} frozen for ${forMs / 1_000} s`,
    async run(stack, pause) {
      stack.parts.get(part)!.freeze();
      try {
        await pause(forMs);
      } finally {
        stack.parts.get(part)!.thaw();
      }
    },
  };
}

/** As a roll-out does it: let drain, then started again. */
function restarted(part: string): MildFault {
  return { name: `${part} restarted`, run: (stack) => stack.parts.get(part)!.restart() };
}

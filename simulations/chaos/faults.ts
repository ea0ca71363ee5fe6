import { type Breakage, type How, waysToBreak } from '../../infra/local/breakage.ts';
import type { BrokerWish } from '../../infra/local/choices.ts';

/** One fault of a campaign. */
export interface Fault extends Breakage {
  /** `weapons=kill`. */
  readonly name: string;
  /** The Pub/Sub that the stack runs on. */
  readonly broker: BrokerWish;
  /** How long it lasts, in milliseconds. */
  readonly forMs: number;
  /** How long more is waited for when all is settled, in milliseconds: what the broker repeats, it repeats later. */
  readonly lingerMs: number;
}

/** Long enough for breakers to open, where they are to. */
const KILLED_MS = 3_000;
const FROZEN_MS = 5_000;
/** Longer than the ack deadline of 10 s: leases that can't be extended end, and others get the messages meanwhile. */
const LEASES_LOST_MS = 12_000;
const MISBEHAVING_MS = 6_000;

/** Acks that were forgotten show when leases of 10 s end; the embedded Pub/Sub repeats deliveries within 10 s. */
const REPEATED_LATER: readonly How[] = ['drop-acks', 'duplicate', 'all'];
const LINGER_MS = 12_000;

function durationOf({ part, how }: Breakage): number {
  if (how === 'kill') return KILLED_MS;
  if (how === 'freeze') return part.startsWith('proxy') || part === 'pubsub' ? LEASES_LOST_MS : FROZEN_MS;
  return MISBEHAVING_MS;
}

export interface PlanOptions {
  readonly models: readonly string[];
  readonly proxies: readonly string[];
  /** What is to be broken; without it, every part by every way that ends or stops its process or disturbs Pub/Sub. */
  readonly wanted?: readonly Breakage[] | undefined;
  /** Run all of it on this Pub/Sub; without it, Pub/Sub's own faults on the embedded one, and the others on `usual`. */
  readonly broker?: BrokerWish | undefined;
  /** Milliseconds that each fault lasts; by default each has its own time. */
  readonly forMs?: number | undefined;
  /** Where parts other than Pub/Sub are broken. */
  readonly usual: BrokerWish;
}

/** Only the embedded Pub/Sub can misbehave on request. */
export class PlanError extends Error {
  override name = 'PlanError';
}

/**
 * The faults of a campaign, those of one Pub/Sub after those of the other.
 *
 * @throws PlanError where Pub/Sub's own faults are asked of Google's emulator
 */
export function planFaults({ models, proxies, wanted, broker, forMs, usual }: PlanOptions): Fault[] {
  const breakages =
    wanted ?? everything(models, proxies).filter(({ part }) => broker !== 'emulator' || part !== 'pubsub');
  const faults = breakages.map(({ part, how }): Fault => {
    if (part === 'pubsub' && broker === 'emulator') {
      throw new PlanError(`pubsub=${how}: only the embedded Pub/Sub can be broken; leave out --broker emulator`);
    }
    return {
      part,
      how,
      name: `${part}=${how}`,
      broker: broker ?? (part === 'pubsub' ? 'embedded' : usual),
      forMs: forMs ?? durationOf({ part, how }),
      lingerMs: REPEATED_LATER.includes(how) ? LINGER_MS : 0,
    };
  });
  return faults.toSorted((a, b) => rank(a.broker) - rank(b.broker));
}

function rank(broker: BrokerWish): number {
  return broker === 'emulator' ? 0 : 1;
}

function everything(models: readonly string[], proxies: readonly string[]): Breakage[] {
  return [...waysToBreak(models, proxies)].flatMap(([part, ways]) =>
    ways.filter((how) => part === 'pubsub' || isOfProcess(how)).map((how) => ({ part, how })),
  );
}

/** Models that are slow or erring are what the simulations of incidents are about; here processes suffer. */
function isOfProcess(how: How): boolean {
  return how === 'kill' || how === 'freeze';
}

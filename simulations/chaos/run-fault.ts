import { setTimeout as sleep } from 'node:timers/promises';
import { publishAll } from '../../infra/local/publishing.ts';
import { ITEM_EVENTS } from '../../infra/local/pubsub-setup.ts';
import { receivedItems } from '../../infra/local/received.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { type Misdeeds, shortcomings } from './effect.ts';
import type { Fault } from './faults.ts';
import type { Ledger, Outcome } from './ledger.ts';
import type { WorkloadMessage } from './workload.ts';

/** Calm before the fault, while events come already; and the time for which they come on after the repair. */
const BEFORE_MS = 1_000;
const AFTER_MS = 1_000;
/** Publishes that are refused are tried again for as long: who publishes events does not drop them either. */
const INSIST_MS = 60_000;
const POLL_MS = 100;
const ASK_MS = 500;

export interface FaultRunOptions {
  readonly fault: Fault;
  /** Its place in the campaign, from 0. */
  readonly index: number;
  readonly stack: Pick<Stack, 'pubsub' | 'break' | 'repair' | 'replicas' | 'misdeeds'>;
  readonly ledger: Ledger;
  readonly messages: Iterator<WorkloadMessage>;
  /** Events per second. */
  readonly rate: number;
  /** How long after the repair all must be settled, in milliseconds. */
  readonly boundMs: number;
  /** 0 to 1: the fault begins that part of a second later, so that it meets the system in different states. */
  readonly jitter: number;
  readonly signal: AbortSignal;
  /** Told of each step that begins, for people. */
  readonly onStep: (step: string) => void;
}

export interface FaultResult {
  readonly fault: Fault;
  readonly outcome: Outcome;
  /** Processes that were started again: the one that was killed, and any that has ended by itself. */
  readonly restarts: number;
  /**
   * Deliveries of events beyond the first of each, as far as they can be counted: as the proxies count them (a killed
   * one takes along what it counted since it was asked last), or answers that repeat an answer, if those are more.
   */
  readonly redeliveries: number;
  /** From the repair until the last event was over that had been published before; undefined when one is still open. */
  readonly settledInMs: number | undefined;
  /** The run was stopped in the middle of it. */
  readonly isCutShort: boolean;
  /** Why it proves nothing, although nothing was lost. */
  readonly shortcomings: readonly string[];
}

/**
 * Breaks a part under load, repairs it, and waits until everything that was sent meanwhile is settled, or the bound is
 * over. When the signal says stop it ends early, with what is known.
 *
 * @throws Error when a part can't be repaired, or the broker goes on refusing events
 */
export async function runFault(options: FaultRunOptions): Promise<FaultResult> {
  const { fault, index, stack, ledger, rate, boundMs, jitter, signal, onStep } = options;
  const receivedBefore = await receivedItems(stack.replicas);
  const load = new AbortController();
  const leave = new AbortController();
  const publishing = publishAll(numbered(options), {
    pubsub: stack.pubsub,
    topic: ITEM_EVENTS,
    rate,
    signal: AbortSignal.any([signal, load.signal]),
    insistForMs: INSIST_MS,
    giveUp: AbortSignal.any([signal, leave.signal]),
    onPublished: (_messageId, atMs, { event }) => ledger.published(event.id, atMs),
  });
  publishing.catch(() => {}); // Heard below.
  let healedAtMs: number | undefined;
  let mayLackWordUntilMs: number | undefined;
  let before: Misdeeds | undefined;
  let after: Misdeeds | undefined;
  const pause = (ms: number) => sleep(ms, undefined, { signal });
  // Asked often, so that a kill takes little along.
  const asking = setInterval(() => void receivedItems(stack.replicas), ASK_MS);
  try {
    onStep('calm');
    await pause(BEFORE_MS + jitter * 1_000);
    onStep(`broken for ${fault.forMs / 1_000} s`);
    before = await misdeedsOf(options);
    await stack.break(fault);
    // A killed proxy may have said something that was not read any more.
    if (fault.part.startsWith('proxy') && fault.how === 'kill') mayLackWordUntilMs = Date.now();
    await pause(fault.forMs);
    onStep('being repaired');
    await stack.repair(fault);
    healedAtMs = Date.now();
    after = await misdeedsOf(options);
    onStep('settling');
    await pause(AFTER_MS);
    load.abort();
    await publishing;
    const giveUpAtMs = healedAtMs + boundMs;
    const isOpen = () => ledger.outcomeOf(index, { mayLackWordUntilMs }).open.length > 0;
    while (isOpen() && Date.now() < giveUpAtMs) await pause(POLL_MS);
    if (fault.lingerMs > 0) {
      onStep('settled, and waiting for what comes again');
      await pause(fault.lingerMs);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    load.abort();
    leave.abort();
    clearInterval(asking);
    await Promise.allSettled([publishing]);
  }
  const outcome = ledger.outcomeOf(index, { mayLackWordUntilMs, repairedAtMs: healedAtMs });
  const isSettled = healedAtMs !== undefined && outcome.open.length === 0;
  const result = {
    fault,
    outcome,
    redeliveries: Math.max(outcome.repeated, (await receivedItems(stack.replicas)) - receivedBefore - outcome.events),
    // Those that nobody asked for are counted by who has started them.
    restarts: fault.how === 'kill' && healedAtMs !== undefined ? 1 : 0,
    settledInMs: isSettled ? Math.max(0, (outcome.settledAtMs ?? 0) - healedAtMs!) : undefined,
    isCutShort: signal.aborted,
  };
  return { ...result, shortcomings: shortcomings(result, before, after) };
}

/** Asked only where Pub/Sub is what is broken, and answers: a frozen one does not. */
async function misdeedsOf({ fault, stack }: FaultRunOptions): Promise<Misdeeds | undefined> {
  return fault.part === 'pubsub' && fault.how !== 'freeze' ? stack.misdeeds() : undefined;
}

async function* numbered({ messages, ledger, index }: FaultRunOptions): AsyncGenerator<WorkloadMessage> {
  for (;;) {
    const { value, done } = messages.next();
    if (done) return;
    ledger.sent(value.event, index);
    yield value;
  }
}

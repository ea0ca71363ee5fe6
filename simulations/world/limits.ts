import type { Config } from '../../proxy/config-schema.ts';
import type { Pipeline } from '../../proxy/pipeline.ts';
import type { Witness } from './violation.ts';

const INVARIANT = 'limits hold';

/** The bounds of what a replica takes in and publishes at one time. */
export function checkInWork({ intakes, publisher }: Pipeline, config: Config, witness: Witness): void {
  const inWork = intakes.reduce((sum, { inFlight }) => sum + inFlight, 0);
  const most = config.items.maxInFlight + config.backlog.maxInFlight;
  if (inWork > most) witness.violated(INVARIANT, undefined, `${inWork} messages in work, at most ${most}`);
  if (publisher.inFlight > config.pubsub.maxPublishesInFlight) {
    witness.violated(INVARIANT, undefined, `${publisher.inFlight} publishes in flight`);
  }
}

/** A replica that has nothing to do holds nothing. */
export function checkAtRest(name: string, { panel, publisher, intakes }: Pipeline, witness: Witness): void {
  const held: Record<string, number> = {
    'publishes in flight': publisher.inFlight,
    'messages in work': intakes.reduce((sum, { inFlight }) => sum + inFlight, 0),
  };
  for (const member of panel.members.values()) {
    held[`inputs waiting for ${member.name}`] = member.waiting('live') + member.waiting('backlog');
    held[`inputs in flight to ${member.name}`] = member.inputsInFlight;
    held[`calls in flight to ${member.name}`] = member.callsInFlight;
  }
  for (const [what, count] of Object.entries(held)) {
    if (count !== 0) witness.violated(INVARIANT, undefined, `${name} at rest: ${count} ${what}`);
  }
}

/** One that has ended leaves no timer. */
export function checkEnded(pendingTimers: number, witness: Witness): void {
  if (pendingTimers === 0) return;
  witness.violated(INVARIANT, undefined, `${pendingTimers} timers are left although every replica has ended`);
}

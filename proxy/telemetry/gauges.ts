import { Gauge } from 'prom-client';
import type { IntakeHandle } from '../intake/lease.ts';
import type { Publisher } from '../outlets/publisher.ts';
import type { Member } from '../panel/member.ts';
import type { Panel } from '../panel/panel.ts';
import type { Account, Ledger } from '../store/ledger.ts';
import { ENTRIES } from './events.ts';
import type { Metrics } from './metrics.ts';
import type { Oldest } from './oldest.ts';

export interface Gauged {
  readonly panel: Panel;
  readonly publisher: Pick<Publisher, 'inFlight'>;
  /** Those that are open; they open after the proxy has begun to serve its metrics. */
  readonly intakes: readonly Pick<IntakeHandle, 'name' | 'inFlight' | 'isOpen'>[];
  /** The synchronous endpoint: requests being answered. */
  readonly service: { readonly inFlight: number };
  readonly ledger: Ledger;
  readonly oldest: Oldest;
  readonly wallMs: () => number;
}

/** Of each model. Every one is a series, and a model could say another with each of its answers. */
const MAX_VERSIONS = 32;

const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Adds what is read when it is asked for: how things stand, rather than what has happened. */
export function addGauges({ registry }: Metrics, gauged: Gauged): void {
  const { panel, publisher, intakes, service, ledger, oldest, wallMs } = gauged;
  const gauge = <L extends string>(name: string, help: string, labelNames: L[], collect: (it: Gauge<L>) => void) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        collect(this);
      },
    });
  const ofModel = (name: string, help: string, read: (member: Member) => number) =>
    gauge(name, help, ['model'], (it) => {
      for (const member of panel.members.values()) it.set({ model: member.name }, read(member));
    });
  const ofDebt = (name: string, help: string, read: (account: Account) => number) =>
    gauge(name, help, ['model', 'scope'], (it) => {
      // A replica that has heard from the others no longer speaks for itself alone.
      it.reset();
      const { scope } = ledger;
      for (const model of panel.members.keys()) it.set({ model, scope }, read(ledger.read(model)));
    });

  gauge('eddy_messages_in_flight', 'Messages and requests being worked on.', ['intake'], (it) => {
    for (const { name, inFlight } of intakes) it.set({ intake: name }, inFlight);
    it.set({ intake: 'moderate' }, service.inFlight);
  });
  gauge('eddy_intake_open', 'Whether messages are received from the subscription.', ['intake'], (it) => {
    for (const { name, isOpen } of intakes) it.set({ intake: name }, isOpen ? 1 : 0);
  });
  gauge('eddy_publishes_in_flight', 'Publishes neither confirmed nor refused.', [], (it) => it.set(publisher.inFlight));

  const versions = new Map([...panel.members.keys()].map((name) => [name, new Set<string>()]));
  gauge('eddy_model_info', 'The version that the model has last said.', ['model', 'version'], (it) => {
    it.reset();
    for (const { name, version } of panel.members.values()) {
      if (!version) continue;
      const known = versions.get(name)!;
      if (known.size < MAX_VERSIONS) known.add(version);
      it.set({ model: name, version: known.has(version) ? version : 'other' }, 1);
    }
  });
  ofModel('eddy_model_limit', 'Calls that may be under way.', ({ limit }) => limit);
  ofModel('eddy_model_batch_limit', 'Inputs that a call may have.', ({ batchLimit }) => batchLimit);
  ofModel('eddy_model_calls_in_flight', 'Calls under way.', ({ callsInFlight }) => callsInFlight);
  ofModel('eddy_model_inputs_in_flight', 'Inputs under way.', ({ inputsInFlight }) => inputsInFlight);
  ofModel('eddy_model_breaker_state', '0 closed, 1 half-open, 2 open.', ({ breaker }) => BREAKER_STATES[breaker]);
  gauge('eddy_model_waiting', 'Inputs that wait for a call.', ['model', 'lane'], (it) => {
    for (const { name, waiting } of panel.members.values()) {
      for (const lane of ['live', 'backlog'] as const) it.set({ model: name, lane }, waiting(lane));
    }
  });

  gauge('eddy_backlog_entries', 'Backlog entries that wait.', ['scope'], (it) => {
    it.reset();
    it.set({ scope: ledger.scope }, ledger.read(ENTRIES).owed);
  });
  ofDebt('eddy_backlog_owed', 'Answers owed now.', ({ owed }) => owed);
  ofDebt('eddy_backlog_drain_rate', 'Answers settled per second, of late.', ({ drainRate }) => drainRate);
  ofDebt('eddy_backlog_drain_seconds', 'In how long nothing will be owed.', ({ drainSeconds }) => drainSeconds);
  ofModel('eddy_backlog_oldest_seconds', 'Age of the oldest entry that owes an answer of the model.', ({ name }) => {
    const firstMs = oldest.read(name);
    if (firstMs === undefined || ledger.read(name).owed === 0) return 0;
    return Math.max(0, wallMs() - firstMs) / 1_000;
  });
}

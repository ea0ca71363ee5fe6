import type { Config } from '../../../proxy/config-schema.ts';
import type { Incident } from '../incident.ts';
import { worldFaults } from '../incident-faults.ts';
import { planRun } from '../run-incident.ts';
import { capacityOf } from '../run-plan.ts';
import type { Calibration } from './calibrate.ts';
import type { FluidCase } from './fluid.ts';
import { configureSlice, runRequestOf, type SliceRequest } from './slice-request.ts';

/** What of an incident the fluid model can tell: outages of models. */
const OUTAGES: readonly string[] = ['model down', 'model hanging'];
export type OutageKind = 'model down' | 'model hanging';

/** An incident, or a size, for which there is no answer. */
export class WhatIfError extends Error {
  override name = 'WhatIfError';
}

/** What entries owe: a model that is ill or, where entries are combined, all that are ill at the same time. */
export interface Outage {
  readonly kind: OutageKind;
  readonly models: readonly string[];
  readonly fromS: number;
  readonly toS: number;
}

/**
 * The outages of an incident. Those that overlap without being of the same time are told apart even where entries are
 * combined, so that entries which owe two of them count twice.
 *
 * @throws WhatIfError where something else goes wrong in it, too
 */
export function outagesOf(
  incident: Incident,
  models: readonly string[],
  mode: Config['backlog']['mode'],
): readonly Outage[] {
  const kinds = [...new Set(incident.faults.map(({ kind }) => kind).filter((kind) => !OUTAGES.includes(kind)))];
  if (kinds.length > 0) {
    throw new WhatIfError(
      `${incident.name}: the what-if tells what outages come to (${OUTAGES.join(', ')}), and can't tell it of ${kinds.join(', ')}. ` +
        'Run it event by event, with a smaller --rate and without --what-if.',
    );
  }
  const outages = new Map<string, Outage & { models: string[] }>();
  for (const { atMs, forMs, fault } of worldFaults(incident, models, 1)) {
    const { kind, model } = fault as { readonly kind: OutageKind; readonly model: string };
    const key = mode === 'combined' ? `${atMs} ${forMs}` : `${atMs} ${forMs} ${model}`;
    const outage = outages.get(key) ?? { kind, models: [], fromS: atMs / 1_000, toS: (atMs + forMs) / 1_000 };
    outage.models.push(model);
    outages.set(key, outage);
  }
  return [...outages.values()];
}

/** What is beyond the calibration: measured on the slice, or asked for. */
export interface CaseFacts {
  readonly share: number;
  readonly holdS: number;
  /** How long is looked on after the return, in seconds. */
  readonly patienceS: number;
  /** In place of the subscription's longest pause, in seconds. */
  readonly maxBackoffS?: number | undefined;
}

/** The fluid case of one outage at the size of the request. */
export function fluidCaseOf(
  request: SliceRequest,
  outage: Outage,
  calibration: Calibration,
  facts: CaseFacts,
): FluidCase {
  const { config, strategy } = configureSlice(request);
  const { setting, autoscaling } = planRun(runRequestOf(request), config, strategy);
  const name = outage.models[0]!;
  const { backlog } = request.incident.subscriptions;
  const max = facts.maxBackoffS ?? backlog.backoff.max / 1_000;
  return {
    ...calibration,
    arrivals: request.rate * facts.share,
    fromS: outage.fromS,
    toS: outage.toS,
    patienceS: facts.patienceS,
    perPod: capacityOf(setting, name),
    pods: autoscaling,
    maxBusyPods: request.replicas * config.models[name]!.concurrency.max,
    backlogShare: config.backlog.share,
    backoffS: { min: Math.min(backlog.backoff.min / 1_000, max), max },
    slots: request.replicas * config.backlog.maxInFlight,
    holdS: facts.holdS,
    turnS: turnS(config, name),
    probeEveryS: config.models[name]!.breaker.reset / 1_000,
    maxAgeS: config.backlog.maxAge / 1_000,
  };
}

/** How long what the backlog brings may wait for its turn: its budget, less the model's own time. */
function turnS({ backlog, models }: Config, name: string): number {
  return Math.max(0, backlog.budget - models[name]!.timeout) / 1_000;
}

import type { Config } from '../../../proxy/config-schema.ts';
import type { Incident } from '../incident.ts';
import { configure, type OwnConfig, type RunRequest } from '../run-incident.ts';
import type { Strategy } from '../strategy.ts';

/** A part of the whole that is small enough to be run event by event; all of it can be handed to another thread. */
export interface SliceRequest {
  /** With the pods of this size: see {@link withPodsFor}. */
  readonly incident: Incident;
  readonly replicas: number;
  /** Events per second. */
  readonly rate: number;
  readonly models: number;
  readonly seed: number;
  readonly config?: OwnConfig | undefined;
}

/** The strategy that is asked about. */
export const STRATEGY = 'eddy';

/** The incident with as many pods for this rate as it has for its own. */
export function withPodsFor(incident: Incident, rate: number): Incident {
  const { model } = incident;
  const scaled = (pods: number) => Math.max(1, Math.round((pods * rate) / incident.rate));
  return {
    ...incident,
    model: { ...model, pods: { ...model.pods, min: scaled(model.pods.min), max: scaled(model.pods.max) } },
  };
}

/** Calls at one time in calm, with so much to spare. */
const CALLS_TO_SPARE = 2;

/**
 * Calls at one time to each model that a replica needs in calm, with some to spare: by Little's law the rate per replica
 * times what a call takes.
 */
export function callsFor({ incident, rate, replicas }: Pick<SliceRequest, 'incident' | 'rate' | 'replicas'>): number {
  return Math.ceil((CALLS_TO_SPARE * rate * incident.model.latency) / 1_000 / replicas);
}

/** The configuration of a slice: one's own as it is, the lab's with the calls that the rate per replica needs. */
export function configureSlice(request: SliceRequest): { readonly config: Config; readonly strategy: Strategy } {
  const { config, strategy } = configure(runRequestOf(request));
  if (request.config) return { config, strategy };
  const calls = callsFor(request);
  const models = Object.fromEntries(
    Object.entries(config.models).map(([name, model]) => {
      const initial = Math.max(model.concurrency.initial, calls);
      return [name, { ...model, concurrency: { initial, max: Math.max(model.concurrency.max, 4 * initial) } }];
    }),
  );
  return { config: { ...config, models }, strategy };
}

export function runRequestOf(request: SliceRequest): RunRequest {
  return { ...request, strategy: STRATEGY };
}

import type { How } from '../../../infra/local/breakage.ts';
import type { Stack } from '../../../infra/local/stack.ts';
import type { Incident } from '../incident.ts';
import { type TimedFault, worldFaults } from '../incident-faults.ts';
import type { ListingMix } from '../listings.ts';
import { type ModelFault, type ModelFaults, modelFaults, usualFaults } from './model-faults.ts';
import { RealRunError } from './real-run-error.ts';

/** What faults act on. */
export interface Site {
  readonly stack: Pick<Stack, 'break' | 'repair' | 'parts'> & {
    faults(model: string): Pick<ReturnType<Stack['faults']>, 'setFaults'>;
  };
  /** How many times the usual rate is published. */
  readonly load: { factor: number };
  readonly mix: ListingMix;
}

/** Something that is done to the stack at a time since the begin of the load, in milliseconds. */
export interface Step {
  readonly atMs: number;
  /** What it is done to: nothing else is done to that meanwhile. */
  readonly part: string;
  readonly act: (site: Site) => Promise<unknown>;
}

/**
 * An incident's faults as what is to be done to the local stack, in the order of time.
 *
 * @param models those of the configuration, in its order
 * @throws RealRunError naming the faults that have no counterpart on the local stack; IncidentError as worldFaults
 */
export function planSteps(incident: Incident, models: readonly string[], replicas: number): Step[] {
  const steps: Step[] = [];
  const problems: string[] = [];
  for (const timed of worldFaults(incident, models, replicas)) {
    const planned = stepsOf(timed, incident);
    if (typeof planned !== 'string') steps.push(...planned);
    else problems.push(`  fault ${placeOf(timed, incident)} '${timed.fault.kind}': ${planned}`);
  }
  if (problems.length > 0) {
    const advice = 'Run it in virtual time, or without these faults.';
    throw new RealRunError(`incident ${incident.name} can't be run with --real:\n${problems.join('\n')}\n${advice}`);
  }
  return steps.toSorted((a, b) => a.atMs - b.atMs);
}

/** From 1, as one counts them in the file. */
function placeOf({ atMs, fault }: TimedFault, { faults, calm }: Incident): number {
  return faults.findIndex(({ kind, at }) => kind === fault.kind && calm + at === atMs) + 1;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @returns the steps, or why there are none */
function stepsOf({ atMs, forMs, fault }: TimedFault, incident: Incident): Step[] | string {
  const span = { fromMs: atMs, toMs: atMs + forMs };
  switch (fault.kind) {
    case 'cache gone':
      return fault.forgets ? breaking('redis', 'kill', span) : 'a redis-server that is killed forgets what it had';
    case 'cache frozen':
      return breaking('redis', 'freeze', span);
    case 'catalogue down':
      return breaking('catalog', 'kill', span);
    case 'catalogue hanging':
      return breaking('catalog', 'freeze', span);
    case 'replica crashed':
      return breaking(`proxy-${fault.replica + 1}`, 'kill', span);
    case 'burst':
      return changing(span, ({ load }, isOn) => {
        load.factor = isOn ? fault.factor : 1;
      });
    case 'poison flood':
      return changing(span, ({ mix }, isOn) => {
        mix.invalid = isOn ? fault.share : incident.workload.invalid;
      });
    default:
      return 'model' in fault
        ? modelSteps(fault, span, incident.model.latency)
        : 'nothing does that to the local stack';
  }
}

function modelSteps(fault: ModelFault, span: Span, usualMs: number): Step[] | string {
  const faults = modelFaults(fault, usualMs);
  if (!faults) return 'the fault switch of a model knows whole calls only';
  const set = (atMs: number, wanted: ModelFaults): Step => ({
    atMs,
    part: fault.model,
    act: ({ stack }) => stack.faults(fault.model).setFaults(wanted),
  });
  const spans = fault.kind === 'model flapping' ? flaps(span, fault.periodMs) : [span];
  return spans.flatMap(({ fromMs, toMs }) => [set(fromMs, faults), set(toMs, usualFaults(usualMs))]);
}

/** As the simulated model flaps: well for a period, down for one, and so on. */
function flaps({ fromMs, toMs }: Span, periodMs: number): Span[] {
  const spans: Span[] = [];
  for (let atMs = fromMs + periodMs; atMs < toMs; atMs += 2 * periodMs) {
    spans.push({ fromMs: atMs, toMs: Math.min(atMs + periodMs, toMs) });
  }
  return spans;
}

/** @param part `redis` stands for all of them: there may be one for each proxy, or none */
function breaking(part: string, how: How, { fromMs, toMs }: Span): Step[] {
  const change = (way: 'break' | 'repair') => (site: Site) => {
    const names = [...site.stack.parts.keys()].filter((name) => name === part || name.startsWith(`${part}-`));
    return Promise.all(names.map((name) => site.stack[way]({ part: name, how })));
  };
  return [
    { atMs: fromMs, part, act: change('break') },
    { atMs: toMs, part, act: change('repair') },
  ];
}

function changing({ fromMs, toMs }: Span, change: (site: Site, isOn: boolean) => void): Step[] {
  const part = 'load';
  return [
    { atMs: fromMs, part, act: async (site) => change(site, true) },
    { atMs: toMs, part, act: async (site) => change(site, false) },
  ];
}

import { status } from '@grpc/grpc-js';
import { type Breakable, begin } from '../world/faults.ts';
import type { Fault } from '../world/setting.ts';
import { type Incident, IncidentError, type IncidentFault, type IncidentFinding } from './incident.ts';
import { durationText } from './incident-schema.ts';
import { hint } from './nearest.ts';

/** What the world has no fault for. */
export type LabFault =
  | { readonly kind: 'model late'; readonly model: string; readonly medianMs: number; readonly p99Ms: number }
  | { readonly kind: 'poison flood'; readonly share: number };

/** A fault with its time, in milliseconds since the load began. */
export interface TimedFault {
  readonly atMs: number;
  readonly forMs: number;
  readonly fault: Fault | LabFault;
}

/**
 * The faults of an incident, in the order of their begins, for a run with these models, the first of them "ill", and so
 * many replicas.
 *
 * @throws IncidentError where they name what the run has not, or two would strike one target at the same time
 */
export function worldFaults(incident: Incident, models: readonly string[], replicas: number): readonly TimedFault[] {
  const findings = incident.faults.flatMap((fault, index) => findingsOf(fault, `faults.${index}`, models, replicas));
  const strikes = incident.faults.flatMap((fault, index): Strike[] => {
    const fromMs = incident.calm + fault.at;
    const toMs = fromMs + fault.for;
    return targetsOf(fault, models).map((target) => ({ fault, path: `faults.${index}`, target, fromMs, toMs }));
  });
  const timed: TimedFault[] = [];
  for (const ofTarget of Map.groupBy(strikes, ({ target }) => target).values()) {
    ofTarget.sort((a, b) => a.fromMs - b.fromMs);
    let longest: Strike | undefined;
    for (const strike of ofTarget) {
      const { path, target, fromMs, toMs } = strike;
      if (longest && fromMs < longest.toMs) {
        // The end of the first would end the second.
        findings.push({ path, message: `strikes ${target} while ${longest.path} (${longest.fault.kind}) still does` });
      }
      if (!longest || toMs > longest.toMs) longest = strike;
      // Of timers of one moment that which was set first fires first: the next fault would begin before this one ends.
      const isFollowed = ofTarget.some((next) => next.fromMs === toMs);
      timed.push(...expanded({ ...strike, toMs: isFollowed ? toMs - 1 : toMs }));
    }
  }
  if (findings.length > 0) throw new IncidentError(incident.file, distinct(findings));
  return timed.sort((a, b) => a.atMs - b.atMs);
}

/** A fault of an incident, and one of the targets that it strikes. */
interface Strike {
  readonly fault: IncidentFault;
  readonly path: string;
  readonly target: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Lets a fault begin, and answers what ends it. @param mix what is published; `invalid` is a share */
export function beginFault(fault: Fault | LabFault, parts: Breakable, mix: { invalid: number }): () => void {
  switch (fault.kind) {
    case 'model late': {
      const { conditions, heal } = parts.models.get(fault.model)!;
      conditions.lateness = fault;
      return heal;
    }
    case 'poison flood': {
      const usual = mix.invalid;
      mix.invalid = fault.share;
      return () => {
        mix.invalid = usual;
      };
    }
    default:
      return begin(fault, parts);
  }
}

/** The models that faults concern, in the order in which the faults name them. */
export function illModels({ faults }: Incident, models: readonly string[]): readonly string[] {
  return [...new Set(faults.flatMap((fault) => ('model' in fault ? modelsMeant(fault.model, models) : [])))];
}

/** When each fault holds, in milliseconds since the load began, and what it is, for people. */
export function faultWindows(
  { calm, faults }: Incident,
  models: readonly string[],
): readonly { readonly label: string; readonly fromMs: number; readonly toMs: number }[] {
  return faults.map((fault) => ({
    label: describe(fault, models),
    fromMs: calm + fault.at,
    toMs: calm + fault.at + fault.for,
  }));
}

/** A fault in a few words: "weapons failing (30 %, UNAVAILABLE)". */
export function describe(fault: IncidentFault, models: readonly string[]): string {
  const details: string[] = [];
  const time = (name: string, ms: number) => void details.push(`${name} ${durationText(ms)}`);
  if ('share' in fault && fault.share < 1) details.push(`${Number((fault.share * 100).toPrecision(3))} %`);
  if ('factor' in fault) details.push(`×${fault.factor}`);
  if ('code' in fault) details.push(status[fault.code]!);
  if ('codes' in fault) details.push(fault.codes.map((code) => status[code]).join('/'));
  if ('forgets' in fault) details.push(fault.forgets ? 'forgets all' : 'keeps what it had');
  if ('period' in fault) time('every', fault.period);
  if ('median' in fault) time('median', fault.median);
  if ('p99' in fault) time('p99', fault.p99);
  if ('delay' in fault) time('by', fault.delay);
  if ('up' in fault) time('up', fault.up);
  if ('down' in fault) time('down', fault.down);
  const [first, ...rest] = fault.kind.split(' ');
  const who = 'model' in fault ? nameOf(fault.model, models) : 'replica' in fault ? `replica ${fault.replica}` : first;
  const what = [who, ...rest].join(' ');
  return details.length > 0 ? `${what} (${details.join(', ')})` : what;
}

function nameOf(reference: string, models: readonly string[]): string {
  return reference === 'all' ? 'all models' : (modelsMeant(reference, models)[0] ?? reference);
}

const POSITION = /^ill(?:-([1-9]\d{0,2}))?$/;

/** "ill", "ill-2", "all", or a name; none where there is no such model. */
function modelsMeant(reference: string, models: readonly string[]): readonly string[] {
  if (reference === 'all') return models;
  const position = POSITION.exec(reference);
  if (!position) return models.filter((name) => name === reference);
  const index = Number(position[1] ?? 1) - 1;
  return models.slice(index, index + 1);
}

function findingsOf(
  fault: IncidentFault,
  path: string,
  models: readonly string[],
  replicas: number,
): IncidentFinding[] {
  if ('model' in fault && modelsMeant(fault.model, models).length === 0) {
    const message = POSITION.test(fault.model)
      ? `there is no "${fault.model}" among ${models.length} models`
      : `there is no model "${fault.model}"; ${hint(fault.model, models)}`;
    return [{ path: `${path}.model`, message }];
  }
  if ('replica' in fault && fault.replica > replicas) {
    return [{ path: `${path}.replica`, message: `there is no replica ${fault.replica} among ${replicas}` }];
  }
  return [];
}

/** What a fault changes, and its end makes whole again. */
function targetsOf(fault: IncidentFault, models: readonly string[]): readonly string[] {
  if ('model' in fault) return modelsMeant(fault.model, models).map((name) => `model ${name}`);
  if ('replica' in fault) return [`replica ${fault.replica}`];
  return [fault.kind.split(' ')[0]!];
}

function expanded({ fault, target, fromMs, toMs }: Strike): TimedFault[] {
  if (fault.kind !== 'replica crash-looping') {
    return [{ atMs: fromMs, forMs: toMs - fromMs, fault: translated(fault, target.replace(/^model /, '')) }];
  }
  const crashes: TimedFault[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += fault.down + fault.up) {
    const forMs = Math.min(fault.down, toMs - atMs);
    crashes.push({ atMs, forMs, fault: { kind: 'replica crashed', replica: fault.replica - 1 } });
  }
  return crashes;
}

/** The same in the words of the world. @param model where the fault concerns one */
function translated(
  fault: Exclude<IncidentFault, { readonly kind: 'replica crash-looping' }>,
  model: string,
): Fault | LabFault {
  const { kind } = fault;
  switch (kind) {
    case 'model down':
    case 'model hanging':
      return { kind, model };
    case 'model slow':
      return { kind, model, factor: fault.factor };
    case 'model late':
      return { kind, model, medianMs: fault.median, p99Ms: fault.p99 };
    case 'model failing':
    case 'model refusing inputs':
      return { kind, model, share: fault.share, codes: fault.codes };
    case 'model answering garbage':
      return { kind, model, share: fault.share };
    case 'model flapping':
      return { kind, model, periodMs: fault.period };
    case 'cache gone':
      return { kind, forgets: fault.forgets };
    case 'cache slow':
    case 'catalogue slow':
    case 'publishes slow':
      return { kind, delayMs: fault.delay };
    case 'publishes refused':
      return { kind, share: fault.share, code: fault.code };
    case 'publishes unconfirmed':
    case 'acks lost':
    case 'duplicates':
    case 'reordering':
    case 'poison flood':
      return { kind, share: fault.share };
    case 'replica crashed':
      return { kind, replica: fault.replica - 1 };
    case 'burst':
      return { kind, factor: fault.factor };
    default:
      return { kind };
  }
}

function distinct(findings: readonly IncidentFinding[]): IncidentFinding[] {
  return [...new Map(findings.map((finding) => [finding.path, finding])).values()];
}

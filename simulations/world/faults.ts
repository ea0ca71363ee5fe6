import { status } from '@grpc/grpc-js';
import type { Disturbance } from '../../infra/pubsub/broker/broker.ts';
import type { CatalogConditions } from './catalog.ts';
import type { SimulatedModel } from './model.ts';
import type { PubSubConditions } from './pubsub.ts';
import type { Replica } from './replica.ts';
import type { Fault } from './setting.ts';
import type { SimulatedStore } from './store.ts';

/** What faults act on. */
export interface Breakable {
  /** By name. */
  readonly models: ReadonlyMap<string, SimulatedModel>;
  readonly store: SimulatedStore;
  readonly catalog: CatalogConditions;
  readonly pubsub: PubSubConditions;
  readonly disturbance: Disturbance;
  readonly replicas: readonly Replica[];
  readonly load: { factor: number };
}

/** Lets a fault begin, and answers what ends it. */
export function begin(fault: Fault, parts: Breakable): () => void {
  const { store, catalog, pubsub, disturbance, replicas, load } = parts;
  const change = <T extends object>(target: T, changes: Partial<T>, healthy: Partial<T>): (() => void) => {
    Object.assign(target, changes);
    return () => void Object.assign(target, healthy);
  };
  switch (fault.kind) {
    case 'cache gone':
      if (fault.forgets) store.forget();
      return change(store.conditions, { state: 'gone' }, { state: 'up' });
    case 'cache frozen':
      store.conditions.state = 'frozen';
      return () => store.thaw();
    case 'cache losing entries':
      return change(store.conditions, { loss: fault.share }, { loss: 0 });
    case 'cache slow':
      return change(store.conditions, { delayMs: fault.delayMs }, { delayMs: 0 });
    case 'catalogue down':
      return change(catalog, { state: 'down' }, { state: 'up' });
    case 'catalogue hanging':
      return change(catalog, { state: 'hanging' }, { state: 'up' });
    case 'catalogue slow':
      return change(catalog, { delayMs: fault.delayMs }, { delayMs: 0 });
    case 'publishes slow':
      return change(pubsub, { publishDelayMs: fault.delayMs }, { publishDelayMs: 0 });
    case 'publishes refused':
      return change(
        pubsub,
        { refusals: { share: fault.share, code: fault.code } },
        { refusals: { share: 0, code: status.OK } },
      );
    case 'publishes unconfirmed':
      return change(pubsub, { lostConfirmations: fault.share }, { lostConfirmations: 0 });
    case 'acks lost':
      return change(disturbance, { dropAcks: fault.share }, { dropAcks: 0 });
    case 'duplicates':
      return change(disturbance, { duplicate: fault.share }, { duplicate: 0 });
    case 'reordering':
      return change(disturbance, { reorder: fault.share }, { reorder: 0 });
    case 'streams cut':
      return change(pubsub, { streamsCutUntilMs: Number.POSITIVE_INFINITY }, { streamsCutUntilMs: 0 });
    case 'replica crashed': {
      const replica = replicas[fault.replica]!;
      replica.crash();
      return () => void replica.start();
    }
    case 'replica restarted': {
      const replica = replicas[fault.replica]!;
      const stopped = replica.stop();
      return () => void stopped.then(() => replica.start());
    }
    case 'clock jumped':
      // It stays so: a clock that goes wrong does not mend itself.
      replicas[fault.replica]!.setClock(fault.byMs);
      return () => {};
    case 'burst':
      return change(load, { factor: fault.factor }, { factor: 1 });
    default:
      return beginModelFault(fault, parts.models.get(fault.model)!);
  }
}

type ModelFault = Extract<Fault, { readonly model: string }>;

function beginModelFault(fault: ModelFault, { conditions, heal }: SimulatedModel): () => void {
  switch (fault.kind) {
    case 'model down':
      conditions.state = 'down';
      break;
    case 'model hanging':
      conditions.state = 'hanging';
      break;
    case 'model slow':
      conditions.slowness = fault.factor;
      break;
    case 'model failing':
      conditions.failures = fault;
      break;
    case 'model refusing inputs':
      conditions.inputFaults = fault;
      break;
    case 'model answering garbage':
      conditions.garbage = fault.share;
      break;
    case 'model flapping': {
      const flap = () => {
        conditions.state = conditions.state === 'up' ? 'down' : 'up';
      };
      const timer = setInterval(flap, fault.periodMs);
      return () => {
        clearInterval(timer);
        heal();
      };
    }
    case 'model deployed':
      conditions.version = fault.version;
      return () => {};
  }
  return heal;
}

const STATUS_NAMES = new Map<number, string>(
  Object.entries(status).flatMap(([name, code]) => (typeof code === 'number' ? [[code, name]] : [])),
);

/** A fault in words: "model failing: weapons, 40 % UNAVAILABLE". */
export function describeFault({ kind, ...details }: Fault): string {
  const parts = Object.entries(details).map(([name, value]) => {
    if (name === 'share') return `${Math.round(Number(value) * 100)} %`;
    if (name === 'codes' || name === 'code')
      return [value]
        .flat()
        .map((code) => STATUS_NAMES.get(code))
        .join('/');
    if (name === 'factor') return `×${Number(value).toFixed(1)}`;
    if (name.endsWith('Ms')) return `${Math.round(Number(value))} ms`;
    if (name === 'forgets') return value ? 'forgetting everything' : 'keeping what it had';
    return name === 'replica' ? `replica ${value}` : String(value);
  });
  return parts.length > 0 ? `${kind}: ${parts.join(', ')}` : kind;
}

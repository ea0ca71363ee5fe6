import { deliveryMicros, measureBacklog } from './backlog/measure.ts';
import { publishMicros } from './backlog/message-cost.ts';
import { compare, planOf, type Size } from './compare.ts';
import { CURVES } from './curves/catalogue.ts';
import { measureCurve, slopeOf } from './curves/curve.ts';
import { endure, flatnessOf } from './endurance.ts';
import type { Ground } from './ground.ts';
import { repeatedTexts } from './items.ts';
import { medianOf } from './plain-table.ts';
import {
  cacheSaves,
  idleIsQuick,
  isCheaper,
  isFlat,
  isNearFloor,
  isSmall,
  modelsAreCheap,
  oneDownIsCheap,
  type Statement,
} from './promises.ts';
import { quotient } from './report.ts';
import type { Turn } from './turn.ts';
import { type Telling, takeTurns } from './turns.ts';

export interface PromiseOptions extends Size {
  readonly turns: number;
  readonly idleItems: number;
  readonly enduranceItems: number;
}

type Measure = (ground: Ground, size: PromiseOptions, telling: Telling) => Promise<readonly Statement[]>;

/** What measures each promise, in the order in which they are told. */
export const PROMISES: readonly { readonly isOfEveryBroker: boolean; readonly measure: Measure }[] = [
  { isOfEveryBroker: true, measure: besideOthers },
  { isOfEveryBroker: false, measure: slope },
  { isOfEveryBroker: false, measure: cachedAndDown },
  { isOfEveryBroker: false, measure: idle },
  { isOfEveryBroker: false, measure: memory },
];

/** Entries whose cost is taken for that of a backlog message. */
const ENTRIES = 5_000;
const ENTRY_SECONDS = 5;
const IDLE_RATE = 5;
/** How often memory is looked at. */
const LOOKS = 20;

async function besideOthers(ground: Ground, size: PromiseOptions, telling: Telling): Promise<Statement[]> {
  const turns = await compare(ground, ['naive', 'floor', 'eddy'], size, telling);
  const where = `${ground.broker} Pub/Sub`;
  return [isCheaper(quotient(turns, 'naive', 'eddy')!, where), isNearFloor(quotient(turns, 'eddy', 'floor')!, where)];
}

async function slope(ground: Ground, size: PromiseOptions, telling: Telling): Promise<Statement[]> {
  const wanted = { values: CURVES.models.values, contestants: ['eddy'], turns: size.turns } as const;
  const measured = await measureCurve(ground, CURVES.models, wanted, size, telling);
  return [modelsAreCheap(slopeOf(measured.get('eddy')!))];
}

/** In turns with calm ones. */
async function cachedAndDown(ground: Ground, size: PromiseOptions, telling: Telling): Promise<Statement[]> {
  const { listings } = ground;
  const plans = [
    { ...planOf('eddy', listings, size), name: 'calm' },
    { ...planOf('eddy', listings, size, { texts: repeatedTexts(listings, 1) }), name: 'all cached' },
    { ...planOf('eddy', listings, size, { down: 1 }), name: 'one model down' },
  ];
  const [calm, cached, down] = (await takeTurns(ground, plans, size.turns, telling)).map(costOf);
  const published = await publishMicros(ground, size.models, ENTRIES);
  const { models, warmUp } = size;
  const waiting = await measureBacklog(ground, { waiting: ENTRIES, models, warmUp, seconds: ENTRY_SECONDS }, telling);
  return [cacheSaves(cached!, calm!), oneDownIsCheap(down!, calm!, published + deliveryMicros(waiting))];
}

function costOf(turns: readonly Turn[]): number {
  return medianOf(turns.map(({ itemMicros }) => itemMicros));
}

async function idle(ground: Ground, size: PromiseOptions, telling: Telling): Promise<Statement[]> {
  const plans = (['eddy', 'naive'] as const).map((contestant) => ({
    ...planOf(contestant, ground.listings, { ...size, items: size.idleItems }),
    pace: { ...size.pace, rate: IDLE_RATE },
    warmUpPace: size.pace,
    name: `${contestant} at ${IDLE_RATE} items/s`,
  }));
  const [eddy, naive] = (await takeTurns(ground, plans, size.turns, telling)).map((turns) =>
    medianOf(turns.map(({ p50Ms }) => p50Ms)),
  );
  return [idleIsQuick(eddy!, naive!)];
}

async function memory(ground: Ground, size: PromiseOptions, telling: Telling): Promise<Statement[]> {
  const { models, pace, enduranceItems: items } = size;
  const every = Math.ceil(items / LOOKS);
  const flatness = flatnessOf(await endure(ground, { contestant: 'eddy', models, items, every, pace }, telling));
  return [isSmall(flatness), isFlat(flatness, items)];
}

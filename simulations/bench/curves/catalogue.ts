import { planOf } from '../compare.ts';
import { repeatedTexts, textsOfSize } from '../items.ts';
import { medianOf } from '../plain-table.ts';
import { SATURATION } from '../traffic.ts';
import { type Curve, shareOfFirst, slopeOf } from './curve.ts';

/** How long the items of a rate below saturation take, in seconds. */
const SECONDS_AT_RATE = 10;

/** Of a rate that it is held to be reached. */
const NEARLY = 0.95;

const percent = (x: number): string => `${x} %`;

/** The curves that are measured by turns. */
export const CURVES = {
  models: {
    title: 'against the number of models',
    quantity: 'models',
    axis: 'linear',
    values: [1, 2, 5, 10, 20],
    range: [1, 100],
    hasOthers: true,
    write: String,
    plan: (models, contestant, ground, size) => planOf(contestant, ground.listings, { ...size, models }),
    statements: (points) =>
      points.length > 1 ? [`each model more: ${slopeOf(points).toFixed(1)} µs per item (at most 25 promised)`] : [],
  },
  size: {
    title: 'against the size of the item',
    quantity: 'KB of description',
    axis: 'logarithmic',
    values: [0.2, 1, 5, 20, 50],
    range: [0.1, 100],
    hasOthers: true,
    write: String,
    plan: (kilobytes, contestant, ground, size) =>
      planOf(contestant, ground.listings, size, { texts: textsOfSize(ground.listings, kilobytes * 1_000) }),
    statements: (points) => (points.length > 1 ? [`each KB more: ${slopeOf(points).toFixed(1)} µs per item`] : []),
  },
  hits: {
    title: 'against the share of items whose predictions are cached',
    quantity: '% cached',
    axis: 'linear',
    values: [0, 25, 50, 75, 100],
    range: [0, 100],
    hasOthers: true,
    write: percent,
    plan: (share, contestant, ground, size) =>
      planOf(contestant, ground.listings, size, { texts: repeatedTexts(ground.listings, share / 100) }),
    statements: (points) => shareOfFirst(points, percent),
  },
  failing: {
    title: 'against the share of models that are down',
    quantity: '% of models down',
    axis: 'linear',
    values: [0, 20, 40, 60, 80, 100],
    range: [0, 100],
    hasOthers: false,
    write: percent,
    plan: (share, contestant, ground, size) =>
      planOf(contestant, ground.listings, size, { down: Math.round((share / 100) * size.models) }),
    statements: (points) => shareOfFirst(points, percent),
  },
  rate: {
    title: 'against the rate of arrival',
    quantity: 'items/s',
    axis: 'logarithmic',
    values: [5, 50, 200, 500, 1_000, SATURATION],
    range: [1, SATURATION],
    hasOthers: true,
    write: (rate) => (rate >= SATURATION ? 'saturation' : String(rate)),
    plan(rate, contestant, ground, size) {
      const items = Math.min(size.items, rate * SECONDS_AT_RATE);
      const plan = planOf(contestant, ground.listings, { ...size, items, pace: { ...size.pace, rate } });
      return { ...plan, warmUpPace: size.pace };
    },
    place({ x, turns }) {
      const reached = medianOf(turns.map(({ itemsPerSecond }) => itemsPerSecond));
      return reached > NEARLY * x ? x : reached;
    },
    statements: () => [],
    hasDelays: true,
  },
} as const satisfies Readonly<Record<string, Curve>>;

export type CurveName = keyof typeof CURVES;

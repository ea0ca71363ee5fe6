import type { Autoscaling } from '../autoscaler.ts';

/** The pods of a model in the fluid model. */
export interface FluidPods {
  readonly count: number;
  /** Time goes on. @param busyShare the share of the pods that was busy meanwhile, 0 to 1 */
  step(stepS: number, busyShare: number): void;
}

/** Within this of the target nothing changes, and for so long nothing is taken away that was wished for; as in `../autoscaler.ts`. */
const TOLERANCE = 0.1;
const STABILIZATION_S = 300;

/**
 * The rule of `../autoscaler.ts` for means instead of samples: every `everyMs` the wish is
 * `ceil(pods × busy share / target)`, at most the double or 4 more, and what is added answers `lagMs` later.
 */
export function createFluidPods({ min, max, step, target, lagMs, everyMs }: Autoscaling): FluidPods {
  let wished = min;
  let running = min;
  let nowS = 0;
  let sinceS = 0;
  let busyS = 0;
  let wishes: { readonly atS: number; readonly pods: number }[] = [];
  let starting: { readonly atS: number; readonly pods: number }[] = [];

  function decide(): void {
    const ratio = busyS / sinceS / target;
    busyS = 0;
    sinceS = 0;
    const wish = Math.abs(ratio - 1) <= TOLERANCE ? wished : Math.ceil(wished * ratio);
    const bounded = Math.min(Math.max(wish, min), max, Math.max(2 * wished, wished + step));
    wishes = [...wishes.filter(({ atS }) => nowS - atS < STABILIZATION_S), { atS: nowS, pods: bounded }];
    const next = bounded > wished ? bounded : Math.max(...wishes.map(({ pods }) => pods));
    if (next > wished) starting.push({ atS: nowS + lagMs / 1_000, pods: next });
    else running = Math.min(running, next);
    wished = next;
  }

  return {
    get count() {
      return running;
    },
    step(stepS, busyShare) {
      nowS += stepS;
      sinceS += stepS;
      busyS += busyShare * stepS;
      if (min < max && sinceS >= everyMs / 1_000) decide();
      for (const { atS, pods } of starting) {
        if (atS <= nowS) running = Math.max(running, Math.min(pods, wished));
      }
      starting = starting.filter(({ atS }) => atS > nowS);
    },
  };
}

import type { SimulatedModel } from '../world/model.ts';

/** How a model scales, in pods of one server each; times in milliseconds. */
export interface Autoscaling {
  readonly min: number;
  readonly max: number;
  /** Pods that are added at a time, at most; or as many as there are, if that is more. */
  readonly step: number;
  /** The share of its time that a pod is to be busy. */
  readonly target: number;
  /** From the decision until a new pod answers. */
  readonly lagMs: number;
  /** Between two decisions. */
  readonly everyMs: number;
}

/** Within this of the target nothing changes. */
const TOLERANCE = 0.1;
/** For so long nothing is taken away that was wished for. */
const STABILIZATION_MS = 300_000;
const SAMPLE_MS = 1_000;

/**
 * Scales a model as Kubernetes' HorizontalPodAutoscaler does it by default: the wished-for number is that of the pods that
 * answer times utilisation over target, where a pod that is still starting counts as idle if that asks for more; up by at
 * most `step` pods or to the double at a time, down not before the wishes of five minutes.
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 *
 * @param model is resized; to begin with, to the minimum
 */
export function startAutoscaler(model: SimulatedModel, scaling: Autoscaling): Disposable {
  const { min, max, step, target, lagMs, everyMs } = scaling;
  let pods = min;
  let busy = 0;
  let samples = 0;
  let wishes: { readonly atMs: number; readonly pods: number }[] = [];
  const starts = new Set<{ pods: number; timer?: NodeJS.Timeout }>();
  model.resize(min);
  if (min === max) return { [Symbol.dispose]() {} };

  function decide(): void {
    const utilisation = samples > 0 ? busy / samples : 0;
    busy = 0;
    samples = 0;
    const wish = wishOf(utilisation / target);
    const bounded = Math.min(Math.max(wish, min), max, Math.max(2 * pods, pods + step));
    const nowMs = performance.now();
    wishes = [...wishes.filter(({ atMs }) => nowMs - atMs < STABILIZATION_MS), { atMs: nowMs, pods: bounded }];
    const next = bounded > pods ? bounded : Math.max(...wishes.map((one) => one.pods));
    if (next > pods) scaleUp(next);
    else scaleDown(next);
    pods = next;
  }

  /** Pods that are still starting are the first to go. */
  function scaleDown(next: number): void {
    for (const start of starts) start.pods = Math.min(start.pods, next);
    if (next < model.servers) model.resize(next);
  }

  function wishOf(ratio: number): number {
    if (Math.abs(ratio - 1) <= TOLERANCE) return pods;
    const wish = Math.ceil(model.servers * ratio);
    const isCoveredByStarting = ratio > 1 && (model.servers * ratio) / pods <= 1 + TOLERANCE;
    return isCoveredByStarting ? pods : wish;
  }

  function scaleUp(next: number): void {
    const start: { pods: number; timer?: NodeJS.Timeout } = { pods: next };
    start.timer = setTimeout(() => {
      starts.delete(start);
      if (model.servers < start.pods) model.resize(start.pods);
    }, lagMs);
    starts.add(start);
  }

  const sampling = setInterval(() => {
    busy += model.busy() / model.servers;
    samples++;
  }, SAMPLE_MS);
  const deciding = setInterval(decide, everyMs);
  return {
    [Symbol.dispose]() {
      clearInterval(sampling);
      clearInterval(deciding);
      for (const { timer } of starts) clearTimeout(timer);
    },
  };
}

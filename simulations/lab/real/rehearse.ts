import type { BrokerWish } from '../../../infra/local/choices.ts';
import { MODELS } from '../../../infra/local/stack.ts';
import type { Reporter } from '../../reporter.ts';
import { agreementOf, agreementTable } from '../agreement.ts';
import type { Incident } from '../incident.ts';
import type { RunRecord } from '../record.ts';
import { runAll } from '../run-all.ts';
import { type RunRequest, record } from '../run-incident.ts';
import { strategyNamed } from '../strategies/strategies.ts';
import { planReal, type RealPlan } from './plan-real.ts';
import { runReal } from './run-real.ts';
import { onlySeen } from './seen.ts';

export interface RehearseOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly workers: number;
  readonly broker: BrokerWish;
}

export interface Rehearsal {
  /** Of each request the run in virtual time, and then that on the local stack. */
  readonly records: RunRecord[];
  /** Whether the two agree, for each. */
  readonly agreements: readonly { readonly text: string; readonly passed: boolean }[];
}

/**
 * Runs each request on the local stack, one after another, and in virtual time beside it, and tells how far they agree.
 *
 * @throws RealRunError before anything is started, where one of them can't be run for real
 */
export async function rehearse(requests: readonly RunRequest[], options: RehearseOptions): Promise<Rehearsal> {
  const { env, signal, reporter, workers, broker } = options;
  const plans: RealPlan[] = [];
  for (const { incident, strategy, replicas, rate, seed, config } of requests) {
    const named = strategyNamed(strategy, MODELS);
    const file = config?.file;
    plans.push(await planReal({ incident, strategy: named, replicas, rate, seed, config: file, broker, env }));
  }
  const twins = requests.map((request) => ({
    ...request,
    incident: unlimited(request.incident),
    models: MODELS.length,
  }));
  const virtual = await runAll(twins, { workers, signal });
  const records: RunRecord[] = [];
  const agreements = [];
  for (const [index, request] of requests.entries()) {
    const plan = plans[index]!;
    const name = `${request.incident.name} under ${request.strategy}`;
    reporter.say(
      `${name}: ${Math.round(plan.loadMs / 1_000)} s on the local stack, run ${index + 1} of ${requests.length}`,
    );
    const { notes, durationMs } = await runReal(plan, {
      signal,
      tell: (line) => reporter.progress(`${name}: ${line}`),
      onProgress: ({ atMs, loadMs, open }) =>
        reporter.progress(
          `${name}: ${Math.round(atMs / 1_000)} s of ${Math.round(loadMs / 1_000)} s, ${open} events are open`,
        ),
    });
    const outcome = { models: plan.models, notes, durationMs, capacity: undefined, mode: 'real' as const };
    const real = onlySeen(record(request, outcome), notes);
    records.push(virtual[index]!, real);
    agreements.push(...agreementOf(virtual[index]!, real));
  }
  reporter.say(`\n${agreementTable(agreements)}`);
  return {
    records,
    agreements: agreements.map(({ strategy, measure, passed }) => ({ text: `${strategy}: ${measure} agrees`, passed })),
  };
}

/** More pods than any load here needs: the local models work on as many calls as come. */
const MANY_PODS = 50;

/** An incident with models that have no limit to speak of, as those of the local stack. */
function unlimited(incident: Incident): Incident {
  const { model } = incident;
  return { ...incident, model: { ...model, pods: { ...model.pods, min: MANY_PODS, max: MANY_PODS } } };
}

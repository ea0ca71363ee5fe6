/** Pieces of PromQL, so that every panel divides, sums and takes quantiles in the same, right way. */

/** Of proxies: those that the dashboard's variable chooses. */
export const REPLICA = 'instance=~"$replica"';
/** Of anything with a model: those that the dashboard's variable chooses. */
export const MODEL = 'model=~"$model"';
export const PROXIES = 'job="eddy-proxy"';
export const MODELS = 'job="eddy-model"';
/** Events, as against passes of what they owe: they come from the subscription or through the synchronous endpoint. */
export const NEW_EVENTS = 'intake=~"items|moderate"';

export function select(metric: string, ...matchers: readonly string[]): string {
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(', ')}}`;
}

/** How fast counters grow, added up; each is rated before that, so that a restart of one process is no leap down. */
export function sumRate(by: readonly string[], counter: string, ...matchers: readonly string[]): string {
  return aggregate('sum', by, rate(counter, ...matchers));
}

export function rate(counter: string, ...matchers: readonly string[]): string {
  return `rate(${select(counter, ...matchers)}[$__rate_interval])`;
}

export function aggregate(how: 'sum' | 'max' | 'min', by: readonly string[], expression: string): string {
  return `${how}${by.length === 0 ? '' : ` by (${by.join(', ')}) `}(${expression})`;
}

/** A quantile of a histogram over all processes; NaN, which is drawn as a gap, while nothing is observed. */
export function quantile(
  share: number,
  by: readonly string[],
  histogram: string,
  ...matchers: readonly string[]
): string {
  return `histogram_quantile(${share}, ${sumRate(['le', ...by], `${histogram}_bucket`, ...matchers)})`;
}

/** The mean of a histogram; nothing while nothing is observed. */
export function mean(by: readonly string[], histogram: string, ...matchers: readonly string[]): string {
  return ratio(sumRate(by, `${histogram}_sum`, ...matchers), sumRate(by, `${histogram}_count`, ...matchers));
}

/** A quotient that is nothing, rather than NaN or infinite, while there is nothing to divide by. */
export function ratio(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}

/**
 * A gauge with a `scope`: replicas that share a store all tell the same figure, others each tell their own.
 *
 * @param together how replicas that share nothing come to one figure
 */
export function fleet(
  by: readonly string[],
  gauge: string,
  matchers: readonly string[] = [],
  together: 'sum' | 'max' = 'sum',
): string {
  const shared = aggregate('max', by, select(gauge, 'scope="fleet"', ...matchers));
  const own = aggregate(together, by, select(gauge, 'scope="replica"', ...matchers));
  return `${shared} or ${own}`;
}

/** A figure of model processes, which know their model only through eddy_scorer_info. */
export function withModel(expression: string): string {
  const info = `max by (job, instance, model) (${select('eddy_scorer_info', MODEL)})`;
  return `${expression} * on (job, instance) group_left (model) ${info}`;
}

/** What Grafana puts in the place of variables; all have defaults that mean everything, in the local stack. */
export interface Substitutes {
  /** A regular expression, as are replicas. */
  readonly model?: string;
  readonly replica?: string;
  readonly datasource?: string;
  readonly runbooks?: string;
  /** Prometheus durations. */
  readonly rateInterval?: string;
  readonly interval?: string;
  readonly range?: string;
}

const VARIABLE = /\$\{(?<braced>\w+)(?:\.\w+)?(?::[\w:]+)?\}|\$(?<plain>\w+)|\[\[(?<bracketed>\w+)(?::[\w:]+)?\]\]/g;

/**
 * Puts values in the place of Grafana's variables, in all their spellings: `$x`, `${x}`, `${x:regex}` and `[[x]]`.
 *
 * @throws Error naming a variable that is not known
 */
export function substitute(expr: string, substitutes: Substitutes = {}): string {
  const { rateInterval = '10s', interval = '2s', range = '15m' } = substitutes;
  const { model = '.*', replica = '.*', datasource = 'prometheus', runbooks = '/public/runbooks' } = substitutes;
  const values: Readonly<Record<string, string>> = {
    model,
    replica,
    datasource,
    runbooks,
    __rate_interval: rateInterval,
    __interval: interval,
    __range: range,
  };
  return expr.replace(VARIABLE, (spelling: string, ...rest: unknown[]) => {
    const names = rest.at(-1) as { braced?: string; plain?: string; bracketed?: string };
    const name = names.braced ?? names.plain ?? names.bracketed ?? '';
    const value = values[name];
    if (value === undefined) {
      throw new Error(`${spelling} in "${expr}" is no variable of these dashboards: ${Object.keys(values).join(', ')}`);
    }
    return value;
  });
}

/** A series that an expression selects. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** What an expression of Prometheus' names. */
export interface Names {
  readonly selectors: readonly Selector[];
  /** Labels that it groups, joins or makes by. */
  readonly grouping: readonly string[];
}

/** Words that may stand without a bracket behind them, as in `sum by (model) (…)`, and are no series. */
const WORDS = new Set([
  ...['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan'],
  ...['sum', 'min', 'max', 'avg', 'count', 'group', 'stddev', 'stdvar', 'topk', 'bottomk', 'quantile', 'count_values'],
]);
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"((?:\\.|[^"\\])*)"/g;
const TOKEN =
  /\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)|"(?:\\.|[^"\\])*"|\[[^\]]*\]|\boffset\s+\S+|([a-zA-Z_:][\w:]*)(\s*\()?(?:\s*\{((?:"(?:\\.|[^"\\])*"|[^}"])*)\})?/g;

/** Reads the names out of an expression that Prometheus accepts, with strings in double quotes. */
export function namesIn(expr: string): Names {
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  for (const [, labels, name, call, matchers = ''] of expr.matchAll(TOKEN)) {
    if (labels !== undefined) grouping.push(...(labels.match(/\w+/g) ?? []));
    if (name === undefined || call !== undefined || WORDS.has(name.toLowerCase())) continue;
    selectors.push({
      name,
      matchers: [...matchers.matchAll(MATCHER)].map(([, label, operator, value]) => ({
        label: label!,
        operator: operator as Matcher['operator'],
        value: value!,
      })),
    });
  }
  return { selectors, grouping };
}

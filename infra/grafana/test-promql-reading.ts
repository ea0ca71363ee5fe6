/** A series as an expression asks for it. */
export interface Selection {
  readonly metric: string;
  /** The labels by which it is chosen. */
  readonly labels: readonly string[];
}

/** An aggregation: the labels that it keeps, and what it is of. */
export interface Aggregation {
  readonly by: readonly string[];
  readonly of: string;
}

const KEYWORDS = new Set(['or', 'and', 'unless', 'bool', 'offset', 'Inf', 'NaN']);
const GROUPINGS = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const NAME = /(?<![\w$.])(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<matchers>[^}]*)\})?(?!\s*\()(?![\w:{])/g;

/** What an expression asks for. Reads what these dashboards write, whose label values have no braces. */
export function selections(expr: string): Selection[] {
  const found = [...expr.replace(GROUPINGS, ' ').matchAll(NAME)].map(({ groups }) => ({
    metric: groups!['name']!,
    labels: [...(groups!['matchers'] ?? '').matchAll(/(?<label>\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*"/g)].map(
      (matcher) => matcher.groups!['label']!,
    ),
  }));
  return found.filter(({ metric }) => !KEYWORDS.has(metric));
}

/** The aggregations by labels in an expression, the inner ones too. */
export function aggregations(expr: string): Aggregation[] {
  return [...expr.matchAll(/\bby\s*\((?<labels>[^)]*)\)\s*\(/g)].map((match) => ({
    by: names(match.groups!['labels']!),
    of: upToClosing(expr.slice(match.index + match[0].length)),
  }));
}

function names(list: string): string[] {
  return list.split(',').map((label) => label.trim());
}

function upToClosing(text: string): string {
  let depth = 1;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return text.slice(0, at);
  }
  throw new Error(`No closing parenthesis in: ${text}`);
}

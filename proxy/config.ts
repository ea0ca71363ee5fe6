import { readFileSync } from 'node:fs';
import { type Document, isScalar, LineCounter, parseDocument, visit, type YAMLParseError } from 'yaml';
import { z } from 'zod';
import { type ConfigFault, relationFaults } from './config-relations.ts';
import { type Config, configSchema } from './config-schema.ts';

export type { Config, ItemField, ModelConfig, Policy, Source } from './config-schema.ts';

/** As many faults as one can read, each on a line that one can read. */
const MAX_LINES = 50;
const MAX_LINE_LENGTH = 300;

/** A configuration that can't be used. The message lists the faults with their paths and what was expected. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(file: string, faults: readonly ConfigFault[], options?: ErrorOptions) {
    const lines = faults
      .slice(0, MAX_LINES)
      .map(({ path, message }) => `  ${path || '(the whole file)'}: ${message}`.slice(0, MAX_LINE_LENGTH));
    if (faults.length > MAX_LINES) lines.push(`  and ${faults.length - MAX_LINES} more`);
    super(`${file} can't be used as configuration:\n${lines.join('\n')}`, options);
    this.faults = faults;
  }
}

/**
 * Reads a configuration file.
 *
 * Scalars may name environment variables, `${NAME}` or `${NAME:-default}`: addresses and secrets come from there.
 *
 * @throws ConfigError with all faults at once
 */
export function readConfig(file: string, env: Readonly<Record<string, string | undefined>>): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new ConfigError(file, [{ path: '', message: `can't be read (${code})` }], { cause });
  }
  return parseConfig(text, env, file);
}

/** In characters; reading YAML that is meant to be hard to read takes seconds beyond it. */
const MAX_LENGTH = 262_144;

/** As {@link readConfig}, from the text itself. */
export function parseConfig(text: string, env: Readonly<Record<string, string | undefined>>, file = 'config'): Config {
  if (text.length > MAX_LENGTH) {
    const message = `has ${text.length} characters, expected at most ${MAX_LENGTH}`;
    throw new ConfigError(file, [{ path: '', message }]);
  }
  const lineCounter = new LineCounter();
  // The parser's own look for keys that stand twice takes a time that grows with the square of their number.
  const options = { lineCounter, prettyErrors: false, logLevel: 'error', stringKeys: true, uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  const syntax = [...syntaxFaults(document.errors, lineCounter), ...repeatedKeys(document, lineCounter)];
  if (syntax.length > 0) throw new ConfigError(file, syntax);

  const faults: ConfigFault[] = [];
  const parsed = configSchema.safeParse(substitute(plainValue(document, file), env, faults));
  if (parsed.success) faults.push(...relationFaults(parsed.data));
  else faults.push(...schemaFaults(parsed.error.issues, faults));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(file, faults);
  return parsed.data;
}

/** What tells a text with a variable in it, for JSON Schema. */
const VARIABLE_PATTERN = '\\$\\{';

/** The JSON Schema of the configuration file, for editors: they see it with its variables. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override({ jsonSchema, path }) {
      if (path.at(-1) === 'propertyNames') return;
      const { type, enum: values, pattern } = jsonSchema;
      if (pattern && !pattern.endsWith(VARIABLE_PATTERN)) jsonSchema.pattern = `${pattern}|${VARIABLE_PATTERN}`;
      if (!type || !values) return;
      delete jsonSchema.type;
      delete jsonSchema.enum;
      jsonSchema.anyOf = [
        { type, enum: values },
        { type, pattern: VARIABLE_PATTERN },
      ];
    },
  });
}

/** The first fault of each line: the others follow from it. What the parser quotes may be a secret, and is left out. */
function syntaxFaults(errors: readonly YAMLParseError[], lineCounter: LineCounter): ConfigFault[] {
  const faults = new Map<string, ConfigFault>();
  for (const { code, pos, message } of errors) {
    const path = `line ${lineCounter.linePos(pos[0]).line}`;
    const told =
      code === 'RESOURCE_EXHAUSTION'
        ? 'is nested too deeply'
        : message.replace(/(stream|extra characters|YAML token): .*/s, '$1');
    if (!faults.has(path)) faults.set(path, { path, message: told });
  }
  return [...faults.values()];
}

function repeatedKeys(document: Document.Parsed, lineCounter: LineCounter): ConfigFault[] {
  const faults: ConfigFault[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const { line } = lineCounter.linePos(key.range?.[0] ?? 0);
        if (seen.has(key.value)) faults.push({ path: `line ${line}`, message: 'Map keys must be unique' });
        seen.add(key.value);
      }
    },
  });
  return faults;
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ConfigError(file, [{ path: '', message: (cause as Error).message }], { cause });
  }
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** No setting is nested deeper by far. */
const MAX_DEPTH = 16;

/** No configuration has more by far; with aliases, a short text can stand for more than memory holds. */
const MAX_VALUES = 100_000;

/** The value with the variables in its strings replaced. */
function substitute(whole: unknown, env: Readonly<Record<string, string | undefined>>, faults: ConfigFault[]): unknown {
  const around = new Set<unknown>();
  let values = 0;

  function replacedIn(value: unknown, path: readonly (string | number)[]): unknown {
    values++;
    if (values > MAX_VALUES) {
      if (values === MAX_VALUES + 1) faults.push({ path: '', message: `has more than ${MAX_VALUES} values` });
      return undefined;
    }
    if (typeof value === 'string') return replacedInText(value, path);
    if (value === null || typeof value !== 'object') return value;
    if (path.length > MAX_DEPTH || around.has(value)) {
      faults.push({ path: path.slice(0, 3).join('.'), message: 'is nested too deeply, or an alias of itself' });
      return undefined;
    }
    around.add(value);
    const replaced = Array.isArray(value)
      ? value.map((element, index) => replacedIn(element, [...path, index]))
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replacedIn(inner, [...path, key])]));
    around.delete(value);
    return replaced;
  }

  function replacedInText(text: string, path: readonly (string | number)[]): string {
    // Behind the last brace there is no variable; to look for the end of one there could take minutes.
    const end = text.lastIndexOf('}') + 1;
    const replaced = text.slice(0, end).replace(VARIABLE, (_match, name: string, fallback: string | undefined) => {
      const found = env[name] || fallback;
      if (found === undefined) {
        faults.push({ path: path.join('.'), message: `the environment variable ${name} is not set` });
      }
      return found ?? '';
    });
    return replaced + text.slice(end);
  }

  return replacedIn(whole, []);
}

function schemaFaults(issues: readonly z.core.$ZodIssue[], known: readonly ConfigFault[]): ConfigFault[] {
  const told = new Set(known.map(({ path }) => path));
  return issues.flatMap((issue): ConfigFault[] => {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: path ? `${path}.${key}` : key, message: 'is not a known setting' }));
    }
    const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    // What an unset variable left behind is told already.
    return told.has(path) ? [] : [{ path, message }];
  });
}

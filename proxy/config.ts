import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, type YAMLParseError } from 'yaml';
import { z } from 'zod';
import { type ConfigFault, relationFaults } from './config-relations.ts';
import { type Config, configSchema } from './config-schema.ts';

export type { Config, ItemField, ModelConfig, Policy, Source } from './config-schema.ts';

/** A configuration that can't be used. The message lists every fault with its path and what was expected. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(file: string, faults: readonly ConfigFault[], options?: ErrorOptions) {
    const lines = faults.map(({ path, message }) => `  ${path || '(the whole file)'}: ${message}`);
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

/** As {@link readConfig}, from the text itself. */
export function parseConfig(text: string, env: Readonly<Record<string, string | undefined>>, file = 'config'): Config {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) throw new ConfigError(file, syntaxFaults(document.errors, lineCounter));

  const faults: ConfigFault[] = [];
  const parsed = configSchema.safeParse(substitute(plainValue(document, file), env, [], faults));
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
  for (const { pos, message } of errors) {
    const path = `line ${lineCounter.linePos(pos[0]).line}`;
    if (!faults.has(path))
      faults.set(path, { path, message: message.replace(/(stream|extra characters|YAML token): .*/s, '$1') });
  }
  return [...faults.values()];
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

/** The value with the variables in its strings replaced. */
function substitute(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly (string | number)[],
  faults: ConfigFault[],
): unknown {
  if (path.length > MAX_DEPTH) {
    faults.push({ path: path.slice(0, 3).join('.'), message: 'is nested too deeply, or an alias of itself' });
    return undefined;
  }
  if (Array.isArray(value)) return value.map((element, index) => substitute(element, env, [...path, index], faults));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, substitute(inner, env, [...path, key], faults)]),
    );
  }
  if (typeof value !== 'string' || !value.includes('${')) return value;
  return value.replace(VARIABLE, (_match, name: string, fallback: string | undefined) => {
    const found = env[name] || fallback;
    if (found === undefined) {
      faults.push({ path: path.join('.'), message: `the environment variable ${name} is not set` });
    }
    return found ?? '';
  });
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

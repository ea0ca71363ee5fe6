import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
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
  const document = parseDocument(text, { lineCounter });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      path: `line ${lineCounter.linePos(error.pos[0]).line}`,
      message: error.message.split('\n')[0] ?? error.code,
    }));
    throw new ConfigError(file, faults);
  }

  const faults: ConfigFault[] = [];
  const parsed = configSchema.safeParse(substitute(document.toJS(), env, [], faults));
  if (parsed.success) faults.push(...relationFaults(parsed.data));
  else faults.push(...schemaFaults(parsed.error.issues, faults));
  if (faults.length > 0 || !parsed.success) throw new ConfigError(file, faults);
  return parsed.data;
}

/** The JSON Schema of the configuration file, for editors. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** The value with the variables in its strings replaced. */
function substitute(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly (string | number)[],
  faults: ConfigFault[],
): unknown {
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
    // What an unset variable left behind is told already.
    return told.has(path) ? [] : [{ path, message: issue.message }];
  });
}

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { type IncidentSettings, incidentSchema } from './incident-schema.ts';
import { hint } from './nearest.ts';

export type { IncidentFault } from './incident-schema.ts';

/** What goes wrong, under what load, and what must hold. Durations are milliseconds. */
export interface Incident extends IncidentSettings {
  /** The file's name without its ending. */
  readonly name: string;
  /** As it was given. */
  readonly file: string;
}

/** One thing wrong with an incident: where, and what was expected. */
export interface IncidentFinding {
  /** `faults.0.for`; lists are counted from 0. Empty for the whole. */
  readonly path: string;
  readonly line?: number | undefined;
  readonly message: string;
}

/** As many findings as one can read, each on a line that one can read. */
const MAX_FINDINGS = 50;
const MAX_FINDING_LENGTH = 800;

/** An incident that can't be run. The message lists all that is wrong, with paths and what was expected. */
export class IncidentError extends Error {
  override name = 'IncidentError';
  readonly findings: readonly IncidentFinding[];

  constructor(file: string, findings: readonly IncidentFinding[], options?: ErrorOptions) {
    const lines = findings.slice(0, MAX_FINDINGS).map(({ path, line, message }) => {
      const where = [path, line === undefined ? '' : `line ${line}`].filter(Boolean).join(', ');
      return `  ${where || '(the whole file)'}: ${message}`.slice(0, MAX_FINDING_LENGTH);
    });
    if (findings.length > MAX_FINDINGS) lines.push(`  and ${findings.length - MAX_FINDINGS} more`);
    super(`${file} can't be used as an incident:\n${lines.join('\n')}`, options);
    this.findings = findings;
  }
}

/**
 * Reads an incident's file.
 *
 * @throws IncidentError with all that is wrong with it
 */
export function readIncident(file: string): Incident {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new IncidentError(file, [{ path: '', message: `can't be read (${code})` }], { cause });
  }
  return parseIncident(text, file);
}

/** In characters; those that ship have less than a thirtieth of it. */
const MAX_LENGTH = 65_536;

/** As {@link readIncident}, from the text itself. */
export function parseIncident(text: string, file: string): Incident {
  if (text.length > MAX_LENGTH) {
    const message = `has ${text.length} characters, expected at most ${MAX_LENGTH}`;
    throw new IncidentError(file, [{ path: '', message }]);
  }
  const lines = new LineCounter();
  // The parser's own look for keys that stand twice takes a time that grows with the square of their number.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    stringKeys: true,
    uniqueKeys: false,
  });
  const syntax = [...syntaxFindings(document, lines), ...repeatedKeys(document, lines)];
  if (syntax.length > 0) throw new IncidentError(file, syntax);

  const value = plainValue(document, file);
  const parsed = incidentSchema.safeParse(value);
  if (!parsed.success) throw new IncidentError(file, schemaFindings(parsed.error.issues, value, document, lines));
  return { ...parsed.data, name: basename(file).replace(/\.ya?ml$/, ''), file };
}

/**
 * Holds the strategies of which an incident expects something to those that there are.
 *
 * @throws IncidentError naming those that there are not
 */
export function checkExpectations({ expect, file }: Incident, strategies: readonly string[]): void {
  const findings = Object.keys(expect)
    .map((spec) => spec.replace(/@.*/, ''))
    .filter((name) => !strategies.includes(name))
    .map((name) => ({ path: `expect.${name}`, message: `is no strategy; ${hint(name, strategies)}` }));
  if (findings.length > 0) throw new IncidentError(file, findings);
}

/** The first finding of each line: the others follow from it. */
function syntaxFindings({ errors }: Document.Parsed, lines: LineCounter): IncidentFinding[] {
  const findings = new Map<number, IncidentFinding>();
  for (const { code, pos, message } of errors) {
    const { line } = lines.linePos(pos[0]);
    const told = code === 'RESOURCE_EXHAUSTION' ? 'is nested too deeply' : message;
    if (!findings.has(line)) findings.set(line, { path: '', line, message: told });
  }
  return [...findings.values()];
}

function repeatedKeys(document: Document.Parsed, lines: LineCounter): IncidentFinding[] {
  const findings: IncidentFinding[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const { line } = lines.linePos(key.range?.[0] ?? 0);
        if (seen.has(key.value)) findings.push({ path: '', line, message: `the key "${key.value}" stands here again` });
        seen.add(key.value);
      }
    },
  });
  return findings;
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new IncidentError(file, [{ path: '', message: (cause as Error).message }], { cause });
  }
}

type Path = readonly PropertyKey[];

/** What the schema found, in the order of the lines, with what stands there; in one place only the first of several. */
function schemaFindings(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  document: Document.Parsed,
  lines: LineCounter,
): IncidentFinding[] {
  const findings = new Map<string, IncidentFinding>();
  const add = (path: Path, message: string) => {
    const name = path.join('.');
    if (!findings.has(name)) findings.set(name, { path: name, line: lineOf(path, document, lines), message });
  };
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split('\n');
      for (const [index, key] of issue.keys.entries()) add([...issue.path, key], messages[index]!);
    } else if (issue.code === 'invalid_key') {
      add(issue.path, issue.issues[0]!.message);
    } else {
      add(issue.path, withWhatStands(issue.message, valueAt(value, issue.path)));
    }
  }
  return [...findings.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function withWhatStands(message: string, found: unknown): string {
  if (!message.startsWith('expected')) return message;
  return found === undefined ? `is missing; ${message}` : `${message}; found ${textOf(found)}`;
}

function textOf(found: unknown): string {
  if (found === null) return 'nothing';
  if (Array.isArray(found)) return found.length === 0 ? 'an empty list' : 'a list';
  if (typeof found === 'object') return 'a mapping';
  const text = typeof found === 'string' ? JSON.stringify(found) : String(found);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner: unknown, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** Where it stands; of what is missing, where that stands in which it is missing. */
function lineOf(path: Path, document: Document.Parsed, lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TlsFiles } from './credentials.ts';

/** The options that every server's command has. */
export interface ServerCommandOptions {
  readonly host: string;
  readonly port: number;
  /** Milliseconds. */
  readonly maxConnectionAge?: number;
  /** Milliseconds. */
  readonly drain?: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly exitWithParent: boolean;
  readonly logLevel: string;
}

export function addServerOptions(command: Command): Command {
  return command
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .requiredOption('--port <port>', 'port to listen on; 0 takes a free one', parsePort)
    .option('--max-connection-age <duration>', 'how long a connection may live (default: 5m)', parseDuration)
    .option('--drain <duration>', 'how long calls in flight may take at the end (default: 5s)', parseDuration)
    .option('--tls-cert <file>', 'certificate chain, PEM; plain text without it')
    .option('--tls-key <file>', 'private key, PEM')
    .option('--exit-with-parent', 'end when standard input ends', false)
    .addOption(
      new Option('--log-level <level>', 'least severe log line')
        .choices(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
        .default('info'),
    );
}

export function tlsFiles({ tlsCert, tlsKey }: ServerCommandOptions): TlsFiles {
  return { cert: tlsCert, key: tlsKey };
}

export function parsePort(text: string): number {
  return parseWhole(text, 0, 65_535, 'a port');
}

export function parseCount(text: string): number {
  return parseWhole(text, 1, 2 ** 31 - 1, 'a count');
}

/** A number that seeds a random source. */
export function parseSeed(text: string): number {
  return parseWhole(text, 0, 2 ** 32 - 1, 'a seed');
}

const unitsMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
// The longest that a timer takes.
const maxDurationMs = 2 ** 31 - 1;

/** `250ms`, `5s`, `1.5m` or `1h`, in milliseconds; at least 1 ms. */
export function parseDuration(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const durationMs = Math.round(Number(amount) * (unitsMs.get(unit) ?? Number.NaN));
  if (!(durationMs >= 1 && durationMs <= maxDurationMs)) {
    throw new InvalidArgumentError('Expected a duration such as 250ms, 5s or 5m.');
  }
  return durationMs;
}

function parseWhole(text: string, min: number, max: number, what: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new InvalidArgumentError(`Expected ${what}, ${min} to ${max}.`);
  return value;
}

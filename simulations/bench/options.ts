import { InvalidArgumentError, Option } from 'commander';
import { parseCount } from '../../infra/grpc/command-options.ts';
import type { BrokerWish } from '../../infra/local/choices.ts';
import { findPubSubEmulator, pubSubEmulatorInstallation } from '../../infra/servers/pubsub-emulator.ts';
import { CONTESTANTS, type Contestant } from './contestants.ts';
import { SATURATION } from './traffic.ts';

export const NAMES = Object.keys(CONTESTANTS) as readonly Contestant[];

/** Reads `naive,eddy`. */
export function parseContestants(text: string): Contestant[] {
  return parseNames(text, NAMES);
}

/** Reads some of so many names, with commas, in the order in which they are given. */
export function parseNames<Name extends string>(text: string, names: readonly Name[]): Name[] {
  const given = new Set(text.split(',').map((name) => name.trim()));
  return [...given].map((one) => {
    const found = names.find((name) => name === one);
    if (found === undefined) throw new InvalidArgumentError(`There is no "${one}"; there are: ${names.join(', ')}.`);
    return found;
  });
}

/** Reads `1,2,5`: numbers of a range, ascending. */
export function parseNumbers(from: number, to: number): (text: string) => number[] {
  return (text) => {
    const numbers = text.split(',').map((one) => (one.trim() === '' ? Number.NaN : Number(one)));
    const isFine = numbers.every((one, index) => one >= from && one <= to && one > (numbers[index - 1] ?? -1));
    if (!isFine) throw new InvalidArgumentError(`Expected ascending numbers with commas, each ${from} to ${to}.`);
    return numbers;
  };
}

/** A whole number of a range. */
export function parseWhole(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new InvalidArgumentError(`Expected a whole number, ${from} to ${to}.`);
    return value;
  };
}

/** How many models there may be. */
export const parseModels = parseWhole(1, 100);

export type BrokerOption = BrokerWish | 'both';

export function brokerOption(byDefault: BrokerOption): Option {
  return new Option('--broker <kind>', 'the Pub/Sub: the embedded one, Google’s emulator, or one after the other')
    .choices(['embedded', 'emulator', 'both'])
    .default(byDefault);
}

/** The brokers to measure with. Of both, Google's emulator is left out, and that is told, where it is not installed. */
export async function brokersOf(option: BrokerOption, tell: (line: string) => void): Promise<readonly BrokerWish[]> {
  if (option !== 'both') return [option];
  if (await findPubSubEmulator()) return ['embedded', 'emulator'];
  tell(`NOT MEASURED with Google's Pub/Sub emulator: ${pubSubEmulatorInstallation}`);
  return ['embedded'];
}

/** What a turn is made of. */
export interface SizeOptions {
  readonly turns: number;
  readonly models: number;
  readonly warmUp: number;
  readonly items: number;
  readonly rate: number;
  readonly outstanding: number;
}

/** The options of {@link SizeOptions}, but for the number of models. */
export function sizeOptions({ turns, warmUp, items }: Pick<SizeOptions, 'turns' | 'warmUp' | 'items'>): Option[] {
  const count = (flags: string, description: string, byDefault: number) =>
    new Option(flags, description).argParser(parseCount).default(byDefault);
  return [
    count('--turns <n>', 'turns of each', turns),
    count('--items <n>', 'items in a turn that count', items),
    count('--warm-up <n>', 'items in a turn that come before them', warmUp),
    count('--rate <n>', 'items per second at the most', SATURATION),
    count('--outstanding <n>', 'items without a decision at the most', 1_000),
  ];
}

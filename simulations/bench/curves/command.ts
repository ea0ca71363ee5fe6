import { Argument, type Command } from 'commander';
import type { BrokerWish } from '../../../infra/local/choices.ts';
import { makeOutFolder } from '../../lab/out-folder.ts';
import type { Contestant } from '../contestants.ts';
import { type Ground, openGround } from '../ground.ts';
import {
  brokerOption,
  NAMES,
  parseContestants,
  parseModels,
  parseNumbers,
  parseWhole,
  type SizeOptions,
  sizeOptions,
} from '../options.ts';
import { plainTable } from '../plain-table.ts';
import { figuresOf, TURN_HEAD } from '../report.ts';
import type { Run } from '../run.ts';
import { SATURATION } from '../traffic.ts';
import type { Telling } from '../turns.ts';
import {
  BACKLOG_RANGE,
  BACKLOG_VALUES,
  backlogCharts,
  backlogStatements,
  backlogTable,
  measureBacklogCurve,
} from './backlog.ts';
import { CURVES, type CurveName } from './catalogue.ts';
import { type Chart, writeCharts } from './chart.ts';
import { type Curve, measureCurve } from './curve.ts';
import { turnCharts } from './turn-charts.ts';

interface CurvesOptions extends SizeOptions {
  readonly contestants: readonly Contestant[];
  readonly broker: BrokerWish;
  readonly values?: readonly number[];
  readonly seconds: number;
  readonly out: string;
}

/** What a curve comes to. */
interface Drawn {
  readonly table: readonly string[];
  readonly statements: readonly string[];
  readonly charts: ReadonlyMap<string, Chart>;
}

const ALL = [...(Object.keys(CURVES) as CurveName[]), 'backlog'] as const;

const EXPLANATION = `
Curves:
  models   the number of models
  size     the size of the item's description, in KB
  hits     the share of items whose predictions are in Redis already, in %
  failing  the share of models that are down, in %
  rate     items per second, up to what the contestant takes, with the delay from publish to decision
  backlog  entries that wait in the broker for a model that is down: what the proxy needs meanwhile

Each is a table, and a chart in --out, in light and in dark. With failing and backlog there is eddy alone:
the others decide nothing while a model is down. An entry that waits is handed out now and then, and given
back: pauses of 10 s to 10 min, as Google's Pub/Sub makes them by default.`;

export function addCurvesCommand(program: Command, run: Run): void {
  const command = program
    .command('curves')
    .description('cost per item against what it depends on, as tables and charts')
    .addArgument(new Argument('[which...]', 'by default all').choices(ALL))
    .option('--contestants <names>', `some of ${NAMES.join(', ')}, with commas`, parseContestants, ['eddy'])
    .addOption(brokerOption('embedded').choices(['embedded', 'emulator']))
    .option('--models <n>', 'models, where it is not they that change', parseModels, 5)
    .option('--values <list>', 'where to measure, with commas; for one curve', parseNumbers(0, 10_000_000))
    .option('--seconds <n>', 'how long a backlog is watched when it is there', parseWhole(1, 3_600), 20)
    .option('--out <folder>', 'where the charts go', 'bench-report')
    .addHelpText('after', EXPLANATION);
  for (const option of sizeOptions({ turns: 3, warmUp: 8_000, items: 4_000 })) {
    if (option.long !== '--rate') command.addOption(option);
  }
  command.action((given: readonly (typeof ALL)[number][], options: CurvesOptions) => {
    const which = given.length > 0 ? given : ALL;
    const { contestants, values } = options;
    if (values && which.length > 1) command.error('error: --values is for one curve: name it');
    const fault = values && faultOf(which[0]!, values);
    if (fault) command.error(`error: --values: ${fault}`);
    const onlyEddy = which.find((name) => name === 'backlog' || !CURVES[name].hasOthers);
    if (given.includes(onlyEddy!) && contestants.some((contestant) => contestant !== 'eddy'))
      command.error(`error: ${onlyEddy}: eddy alone decides anything while a model is down`);
    return run(async (signal, reporter) => {
      await using _out = await makeOutFolder(options.out, '--out');
      await using ground = await openGround({ broker: options.broker, env: process.env, signal, reporter });
      for (const name of which) {
        const telling = { signal, reporter };
        const draw = name === 'backlog' ? drawBacklog : (...args: DrawArguments) => drawTurns(name, ...args);
        const { table, statements, charts } = await draw(ground, options, telling);
        for (const line of [...table, '', ...statements]) reporter.say(line);
        const files = await writeCharts(charts, options.out);
        reporter.say(`${files.join(', ')}\n`);
      }
      return 0;
    });
  });
}

/** What is wrong with the values of a curve, if anything. */
function faultOf(name: (typeof ALL)[number], values: readonly number[]): string | undefined {
  const [quantity, [from, to]] =
    name === 'backlog' ? ['entries that wait', BACKLOG_RANGE] : [CURVES[name].quantity, CURVES[name].range];
  const isWhole = name === 'models' || name === 'backlog';
  const isFine = values.every((value) => value >= from && value <= to && !(isWhole && !Number.isInteger(value)));
  return isFine ? undefined : `${quantity} is ${from} to ${to}${isWhole ? ', whole' : ''}`;
}

type DrawArguments = [ground: Ground, options: CurvesOptions, telling: Telling];

async function drawTurns(name: CurveName, ...[ground, options, telling]: DrawArguments): Promise<Drawn> {
  const curve: Curve = CURVES[name];
  const { turns, models, warmUp, items, outstanding } = options;
  const contestants = curve.hasOthers ? options.contestants : (['eddy'] as const);
  const wanted = { values: options.values ?? curve.values, contestants, turns };
  const size = { models, warmUp, items, pace: { rate: SATURATION, outstanding } };
  const measured = await measureCurve(ground, curve, wanted, size, telling);
  const rows = [...measured].flatMap(([contestant, points]) =>
    points.map(({ x, turns: taken }) => [`${contestant}, ${curve.write(x)}`, ...figuresOf(taken)]),
  );
  const note = `${ground.broker} Pub/Sub, ${name === 'models' ? '' : `${models} models, `}medians of ${turns} turns of ${warmUp} + ${items} items`;
  return {
    table: plainTable([curve.quantity, ...TURN_HEAD], rows),
    statements: [...measured].flatMap(([contestant, points]) =>
      curve.statements(points).map((statement) => `${contestant}, ${statement}`),
    ),
    charts: turnCharts(name, curve, measured, note),
  };
}

async function drawBacklog(...[ground, options, telling]: DrawArguments): Promise<Drawn> {
  const { models, warmUp, seconds } = options;
  const values = options.values ?? BACKLOG_VALUES;
  const costs = await measureBacklogCurve(ground, { values, models, warmUp, seconds }, telling);
  const note = `${ground.broker} Pub/Sub, ${models} models, one of them down, watched for ${seconds} s`;
  return { table: backlogTable(costs), statements: backlogStatements(costs), charts: backlogCharts(costs, note) };
}

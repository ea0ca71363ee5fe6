import Table from 'cli-table3';
import { linesOf, NO_LINES } from '../bare-table.ts';
import { percent, type Spread, scrapeMicrosPerItem, spreadOf } from './figures.ts';
import { type Measured, SCRAPE_MS } from './measure.ts';

/** What the measurements come to. All in microseconds of CPU per item. */
export interface Summary {
  readonly shipped: Spread;
  readonly silent: Spread;
  /** Of each turn with telemetry to the one without beside it. */
  readonly ratio: Spread;
  readonly itemsPerSecond: number;
  readonly scrapeMicros: number;
  /** All that telemetry costs, by the replay. */
  readonly costMicros: number;
}

export function summarise({ shipped, silent, costs }: Measured): Summary {
  const micros = (turns: Measured['shipped']) => turns.map(({ itemMicros }) => itemMicros);
  const itemsPerSecond = spreadOf(shipped.map((turn) => turn.itemsPerSecond)).median;
  const scrapeMicros = scrapeMicrosPerItem(costs.scrape.micros, SCRAPE_MS, itemsPerSecond);
  return {
    shipped: spreadOf(micros(shipped)),
    silent: spreadOf(micros(silent)),
    ratio: spreadOf(shipped.map(({ itemMicros }, index) => itemMicros / silent[index]!.itemMicros)),
    itemsPerSecond,
    scrapeMicros,
    costMicros: costs.eventsMicros + costs.store.micros + scrapeMicros,
  };
}

/** The tables, for a terminal. */
export function reportLines(measured: Measured, summary: Summary): string[] {
  return [...turnsTable(measured, summary), '', ...replayTable(measured, summary)];
}

function turnsTable({ shipped, recording }: Measured, { itemsPerSecond, ...spreads }: Summary): string[] {
  const recorded = recording.itemMicros;
  return tableLines(
    [`turns: ${shipped.length} of each, ${Math.round(itemsPerSecond)} items/s`, 'median', 'lowest', 'highest'],
    [
      spreadRow('telemetry as shipped, µs of CPU per item', spreads.shipped, 0),
      spreadRow('silent', spreads.silent, 0),
      spreadRow('shipped / silent, turn by turn', spreads.ratio, 3),
      ['shipped and recorded, for the replay', recorded.toFixed(0), '', ''],
    ],
  );
}

function spreadRow(name: string, { median, lowest, highest }: Spread, digits: number): string[] {
  return [name, ...[median, lowest, highest].map((value) => value.toFixed(digits))];
}

function replayTable({ costs }: Measured, { shipped, scrapeMicros, costMicros }: Summary): string[] {
  const { functions, store, scrape } = costs;
  const row = (name: string, times: number | undefined, micros: number, inPlace?: number) => [
    name,
    times?.toFixed(2) ?? '',
    micros.toFixed(2),
    percent(micros / shipped.median, 2),
    inPlace?.toFixed(2) ?? '',
  ];
  const kibibytes = (scrape.bytes / 1_024).toFixed(1);
  const scraped = `${(scrape.micros / 1_000).toFixed(2)} ms, ${kibibytes} KiB, ${scrape.series} series`;
  return tableLines(
    [`replay of ${costs.items} items`, 'times/item', 'µs/item', 'share', 'timed in the run'],
    [
      ...functions.map(({ name, callsPerItem, micros, inPlaceMicros }) =>
        row(name, callsPerItem, micros, inPlaceMicros),
      ),
      row('all of these, in the order of the run', undefined, costs.eventsMicros, costs.inPlaceMicros),
      row('commands to the shared store', store.commandsPerItem, store.micros),
      row(`a scrape every ${SCRAPE_MS / 1_000} s (${scraped})`, undefined, scrapeMicros),
      row('telemetry', undefined, costMicros, costMicros - costs.eventsMicros + costs.inPlaceMicros),
    ],
  );
}

function tableLines(head: string[], rows: string[][]): string[] {
  const table = new Table({
    head,
    colAligns: ['left', ...head.slice(1).map(() => 'right' as const)],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: NO_LINES,
  });
  table.push(...rows);
  return linesOf(table);
}

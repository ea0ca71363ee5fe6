import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  TableCellDisplayMode,
  type TableCellOptions,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { type About, asRows, atTheEnd, describe, nothingAs, type Steps, thresholds } from './panel.ts';

export interface FigureLook {
  /** Good and bad values, which then colour the whole field; without them it is a figure of no judgement. */
  readonly steps?: Steps;
  readonly mappings?: readonly ValueMapping[];
  /** What to read where there is no value. */
  readonly nothing: string;
}

/** One large figure: of the last moment alone. Of a time, it would go on to show the last value of a proxy that is gone. */
export function figure(about: About, look: FigureLook, expr: string): StatBuilder {
  const one = { expr, legend: about.title };
  return describe(new StatBuilder(), about, 4)
    .withTarget(atTheEnd(one, 0))
    .thresholds(thresholds(look.steps ?? [['text', 0]]))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mappings([nothingAs(look.nothing), ...(look.mappings ?? [])])
    .noValue(look.nothing)
    .colorMode(look.steps ? BigValueColorMode.Background : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
}

export interface Column {
  readonly name: string;
  /** One series for each value of the label that rows are by. */
  readonly expr: string;
  readonly unit: string;
  readonly decimals?: number;
  readonly steps?: Steps;
  readonly mappings?: readonly ValueMapping[];
}

/** A row for each value of a label, and what several queries say of it side by side. */
export function comparison(about: About, label: string, columns: readonly Column[]): TableBuilder {
  const values = columns.map(({ name }, index) => [`Value #${letter(index)}`, name] as const);
  const times = ['Time', ...columns.map((_, index) => `Time ${index + 1}`)];
  const builder = describe(new TableBuilder(), about, 7)
    .targets(columns.map(({ expr }, index) => asRows(expr, index)))
    .mappings([nothingAs('–')])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .noValue('–')
    .withTransformation({ id: 'joinByField', options: { byField: label, mode: 'outer' } })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(times.map((name) => [name, true])),
        renameByName: Object.fromEntries([[label, capitalised(label)], ...values]),
      },
    });
  for (const column of columns) builder.overrideByName(column.name, cell(column));
  return builder;
}

function cell({ unit, decimals, steps, mappings }: Column): DynamicConfigValue[] {
  const properties: DynamicConfigValue[] = [{ id: 'unit', value: unit }];
  if (decimals !== undefined) properties.push({ id: 'decimals', value: decimals });
  if (mappings) properties.push({ id: 'mappings', value: [nothingAs('–'), ...mappings] });
  if (steps) properties.push({ id: 'thresholds', value: thresholds(steps).build() });
  if (steps || mappings) {
    const coloured: TableCellOptions = { type: TableCellDisplayMode.ColorBackground };
    properties.push({ id: 'custom.cellOptions', value: coloured });
  }
  return properties;
}

/** A row for each series of one query. Columns are the labels that have a name, and `Value` where it has one. */
export function labelTable(about: About, nothing: string, expr: string, names: Record<string, string>): TableBuilder {
  return describe(new TableBuilder(), about, 7)
    .withTarget(asRows(expr, 0))
    .noValue(nothing)
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true, Value: !('Value' in names) },
        indexByName: Object.fromEntries(Object.keys(names).map((name, index) => [name, index])),
        renameByName: names,
      },
    });
}

function letter(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

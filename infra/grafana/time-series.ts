import {
  AxisPlacement,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TimelineValueAlignment,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  type ThresholdsConfigBuilder,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type About, describe, overTime, type Query, type Steps, thresholds } from './panel.ts';

export interface Look {
  /** One upon the other. */
  readonly isStacked?: boolean;
  /** For what spans milliseconds to days. */
  readonly isLogarithmic?: boolean;
  /** Drawn as a line across. */
  readonly limits?: Steps;
  readonly max?: number;
  /** Series that may be below 0, such as a difference. */
  readonly isSigned?: boolean;
  /** Colours by the names of series. */
  readonly colours?: Readonly<Record<string, string>>;
  /** Series to measure the others by, and their colours: dashed, neither stacked nor filled. */
  readonly measures?: Readonly<Record<string, string>>;
}

/** Lines over time. A model has the same colour in all panels, as colours go by names. */
export function timeSeries(about: About, look: Look, ...queries: readonly Query[]): PanelBuilder {
  const builder = describe(new PanelBuilder(), about, 8)
    .targets(queries.map(overTime))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .lineWidth(look.isStacked ? 1 : 2)
    .fillOpacity(look.isStacked ? 35 : 5)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (look.isStacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (look.isLogarithmic) {
    builder.scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10));
  } else if (!look.isSigned) builder.min(0);
  if (look.max !== undefined) builder.max(look.max);
  if (look.limits) limit(builder, thresholds(look.limits));
  for (const [name, fixedColor] of Object.entries(look.colours ?? {})) {
    builder.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  }
  for (const [name, fixedColor] of Object.entries(look.measures ?? {})) {
    builder.overrideByName(name, [
      { id: 'color', value: { mode: 'fixed', fixedColor } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
      { id: 'custom.lineWidth', value: 2 },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
    ]);
  }
  return builder;
}

function limit(builder: PanelBuilder, steps: ThresholdsConfigBuilder): void {
  const style = new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
  builder.thresholds(steps).thresholdsStyle(style);
}

/** A band over time for each series, coloured by its state. */
export function timeline(about: About, mapping: ValueMapping, ...queries: readonly Query[]): TimelineBuilder {
  return describe(new TimelineBuilder(), about, 6)
    .targets(queries.map(overTime))
    .mappings([mapping])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .alignValue(TimelineValueAlignment.Left)
    .rowHeight(0.85)
    .fillOpacity(80)
    .lineWidth(0)
    .axisPlacement(AxisPlacement.Auto)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None));
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
}

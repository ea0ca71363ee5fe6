import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLinkBuilder,
  MappingType,
  type Panel,
  type SpecialValueMap,
  SpecialValueMatch,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Alert, runbookLink } from './runbooks.ts';
import { DATASOURCE } from './variables.ts';

/** What every panel says of itself. */
export interface About {
  readonly title: string;
  /** What it says, and what to do when it is off. */
  readonly description: string;
  /** One of Grafana's units. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  /** In rows of 30 pixels. */
  readonly height?: number;
  /** The alerts whose runbooks help when it is off. */
  readonly runbooks?: readonly Alert[];
}

export interface Query {
  readonly expr: string;
  /** What its series are called: a text with `{{label}}` in it. */
  readonly legend: string;
}

/** What the builders of all kinds of panels share. */
interface AnyPanelBuilder extends Builder<Panel> {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: typeof DATASOURCE): this;
  unit(unit: string): this;
  span(width: number): this;
  height(height: number): this;
  links(links: DashboardLinkBuilder[]): this;
}

export function describe<B extends AnyPanelBuilder>(builder: B, about: About, defaultHeight: number): B {
  const { title, description, unit, width, height = defaultHeight, runbooks = [] } = about;
  builder.title(title).description(description).datasource(DATASOURCE).unit(unit).span(width).height(height);
  if (runbooks.length > 0) builder.links(runbooks.map(runbookLink));
  return builder;
}

/** The values over the time that is shown. */
export function overTime({ expr, legend }: Query, index: number): DataqueryBuilder {
  return query(expr, index).legendFormat(legend).range();
}

/** The values at the end of the time that is shown. */
export function atTheEnd({ expr, legend }: Query, index: number): DataqueryBuilder {
  return query(expr, index).legendFormat(legend).instant();
}

/** The same, each series a row with its labels as columns. */
export function asRows(expr: string, index: number): DataqueryBuilder {
  return query(expr, index).format(PromQueryFormat.Table).instant();
}

function query(expr: string, index: number): DataqueryBuilder {
  const refId = String.fromCharCode('A'.charCodeAt(0) + index);
  return new DataqueryBuilder().datasource(DATASOURCE).expr(expr).refId(refId);
}

/** `[colour, from which value on]`; the first colour also holds below its value. */
export type Steps = readonly (readonly [colour: string, from: number])[];

export function thresholds(steps: Steps): ThresholdsConfigBuilder {
  const absolute: Threshold[] = steps.map(([color, value], index) => ({ color, value: index === 0 ? null : value }));
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(absolute);
}

/** Values that stand for states, in the order of the numbers from 0 on. */
export function states(...named: readonly (readonly [text: string, color: string])[]): ValueMap {
  const options = named.map(([text, color], index) => [String(index), { text, color, index }] as const);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

/** What is read where there is no value. It is neither good nor bad: without a colour it would have that of 0. */
export function nothingAs(text: string): SpecialValueMap {
  const result = { text, color: 'transparent' };
  return { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NullAndNan, result } };
}

/** Seconds that stand for "never". Grafana has mapped infinity to a text in some versions, and not in others. */
const NEVER = 1e9;

/** Makes a time that {@link NEVER_ENDS} can name, of one that may be infinite. */
export function orNever(seconds: string): string {
  return `clamp_max(${seconds}, ${NEVER})`;
}

/** The time in which something is paid off that grows. */
export const NEVER_ENDS: ValueMapping = {
  type: MappingType.RangeToText,
  options: { from: NEVER, to: NEVER, result: { text: 'does not shrink', color: 'red' } },
};

export const BREAKER_STATES = states(['closed', 'green'], ['half-open', 'yellow'], ['open', 'red']);
export const CLOSED_OR_OPEN = states(['closed', 'red'], ['open', 'green']);
export const DOWN_OR_UP = states(['down', 'red'], ['up', 'green']);

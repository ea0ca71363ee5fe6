import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
  TimePickerBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { DATASOURCE, datasource, runbooks } from './variables.ts';

/** Panels under a heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
  /** The variable for each of whose values the section is there once. */
  readonly repeatedBy?: string;
}

export interface DashboardParts {
  /** Stays what it is: links to the dashboard are made of it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Those besides the data source and the place of the runbooks, which all dashboards have. */
  readonly variables: readonly Builder<VariableModel>[];
  readonly sections: readonly Section[];
}

const TAG = 'eddy';

/** Puts a dashboard together: what all of them share, and numbers for the panels in their order. */
export function assemble({ uid, title, description, variables, sections }: DashboardParts): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .timepicker(new TimePickerBuilder().refreshIntervals(['5s', '10s', '30s', '1m', '5m']))
    .variables([datasource(), ...variables, runbooks()])
    .link(otherDashboards())
    .annotation(firingAlerts());
  for (const section of sections) {
    const row = new RowBuilder(section.title).collapsed(false);
    if (section.repeatedBy) row.repeat(section.repeatedBy);
    builder.withRow(row);
    for (const panel of section.panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  dashboard.panels?.forEach((panel, index) => {
    panel.id = index + 1;
  });
  return dashboard;
}

function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Eddy')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true);
}

/** Marks in every panel when alerts fired. */
function firingAlerts(): AnnotationQueryBuilder {
  const expr = 'ALERTS{alertname=~"Eddy.+", alertstate="firing"}';
  return new AnnotationQueryBuilder()
    .name('Firing alerts')
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor('red')
    .expr(expr)
    .titleFormat('{{alertname}}')
    .textFormat('{{model}}')
    .target(new DataqueryBuilder().datasource(DATASOURCE).expr(expr).refId('Anno').range());
}

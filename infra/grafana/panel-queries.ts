import { z } from 'zod';

/** A query of a dashboard, as it is committed: with Grafana's variables in it. */
export interface PanelQuery {
  /** The dashboard's title. */
  readonly dashboard: string;
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
  /** What its series are called, empty for rows of a table: a text with `{{label}}` in it. */
  readonly legend: string;
  /** Asked for one moment rather than for a time. */
  readonly isInstant: boolean;
  /** What the panel shows when there is no data, where that is foreseen. */
  readonly nothing: string | undefined;
}

const target = z.object({
  refId: z.string(),
  expr: z.string(),
  instant: z.boolean().optional(),
  legendFormat: z.string().optional(),
});

const panel = z.object({
  id: z.number().int(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  links: z.array(z.object({ title: z.string(), url: z.string() })).optional(),
  fieldConfig: z
    .object({ defaults: z.object({ unit: z.string().optional(), noValue: z.string().optional() }) })
    .optional(),
  targets: z.array(target).optional(),
  get panels() {
    return z.array(panel).optional();
  },
});

const dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.string() })) }),
  annotations: z.object({ list: z.array(z.object({ expr: z.string() })) }),
  panels: z.array(panel),
});

/** What is read of a committed dashboard. */
export type DashboardFile = z.infer<typeof dashboard>;
export type PanelFile = z.infer<typeof panel>;

/** @throws ZodError when the text is not of a dashboard of ours */
export function readDashboard(text: string): DashboardFile {
  return dashboard.parse(JSON.parse(text));
}

/** All panels, also those within rows; rows themselves are none. */
export function panelsOf({ panels }: Pick<DashboardFile, 'panels'>): PanelFile[] {
  return panels.flatMap((one) => (one.type === 'row' ? panelsOf({ panels: one.panels ?? [] }) : [one]));
}

/** Every query of every panel of a dashboard. */
export function panelQueries(file: DashboardFile): PanelQuery[] {
  return panelsOf(file).flatMap(({ title, fieldConfig, targets = [] }) =>
    targets.map(({ refId, expr, instant = false, legendFormat = '' }) => ({
      dashboard: file.title,
      panel: title,
      refId,
      expr,
      legend: legendFormat,
      isInstant: instant,
      nothing: fieldConfig?.defaults.noValue,
    })),
  );
}

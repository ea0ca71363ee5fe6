import { type Dashboard, DashboardLinkPlacement } from '@grafana/grafana-foundation-sdk/dashboard';
import { backlog } from './backlog.ts';
import { overview } from './overview.ts';
import { perModelLoad } from './per-model-load.ts';
import { service } from './service.ts';

/** All dashboards, by the names of their files in infra/grafana/dashboards. */
export function dashboards(): ReadonlyMap<string, Dashboard> {
  return new Map([
    ['overview.json', overview()],
    ['per-model-load.json', perModelLoad()],
    ['backlog.json', backlog()],
    ['service.json', service()],
  ]);
}

/** What is committed of a dashboard, and what Grafana reads. */
export function toJson(dashboard: Dashboard): string {
  return `${JSON.stringify(dashboard, shown, 2)}\n`;
}

/** The builder puts all links and annotations into a menu, where nobody looks during an incident. */
function shown(key: string, value: unknown): unknown {
  return key === 'placement' && value === DashboardLinkPlacement.InControlsMenu ? undefined : value;
}

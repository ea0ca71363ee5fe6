import { DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** The alerts to which panels point; the rules are in infra/prometheus. */
export const ALERTS = [
  'EddyMainSubscriptionBehind',
  'EddyDecisionDelayBudgetBurning',
  'EddyBooksDoNotBalance',
  'EddyAbandonedAboveNormal',
  'EddyQuarantinedAboveNormal',
  'EddyProxyNotReceiving',
  'EddyModelBreakerOpen',
  'EddyModelAnswersUseless',
  'EddyBacklogGrowsWithModelHealthy',
  'EddyBacklogNotDelivered',
  'EddyStoreDown',
] as const;
export type Alert = (typeof ALERTS)[number];

/** `model-breaker-open.md`, in infra/runbooks. */
export function runbookFile(alert: Alert): string {
  return `${alert
    .replace(/^Eddy/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase()}.md`;
}

/** A panel's link to the runbook of an alert. The variable is taken raw, for Grafana would encode its slashes. */
export function runbookLink(alert: Alert): DashboardLinkBuilder {
  return new DashboardLinkBuilder(`Runbook: ${alert}`).url(`\${runbooks:raw}/${runbookFile(alert)}`).targetBlank(true);
}

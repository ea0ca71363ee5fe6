import {
  ConstantVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

/**
 * Where the runbooks are: Grafana itself serves them there in the local stack, which mounts infra/runbooks into its
 * public folder. An installation that reads them elsewhere sets the URL of that folder here.
 */
const RUNBOOKS_BASE = '/public/runbooks';

/** What the panels refer to as their data source. */
export const DATASOURCE = { type: 'prometheus', uid: `\${datasource}` };

export const datasource = () => new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus');

export const model = () => chosen('model', 'Model', 'label_values(eddy_model_breaker_state, model)');

export const replica = () => chosen('replica', 'Replica', 'label_values(up{job="eddy-proxy"}, instance)');

/** A constant rather than a text box, for whoever passes on a link to a dashboard could set the latter. */
export const runbooks = () => new ConstantVariableBuilder('runbooks').label('Runbooks').value(RUNBOOKS_BASE);

/** Several or all; "all" also means those that have gone since, and is no list that grows with the fleet. */
function chosen(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

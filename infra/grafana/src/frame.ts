import {
  AnnotationQueryBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { runbookBase } from './runbook.ts';

/** The data source that the variable `datasource` selects. */
export const prometheus = { type: 'prometheus', uid: '${datasource}' };

export const datasourceVariable = new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');

/** Address of the runbook, as the rules that Prometheus loaded have it; the default serves while Prometheus does not answer. */
export const runbookVariable = new QueryVariableBuilder('runbook')
  .hide(VariableHide.HideVariable)
  .datasource(prometheus)
  .query('label_values(sunbeon:runbook:info, url)')
  .current({ text: runbookBase, value: runbookBase })
  .refresh(VariableRefresh.OnDashboardLoad);

const choice = (name: string, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(prometheus)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    // One that appears after the dashboard was opened is seen, too.
    .allValue('.+');
export const saleVariable = choice('sale', 'Sale', 'label_values(sunbeon_is_leader, sale)');
export const instanceVariable = choice('instance', 'Instance', 'label_values(sunbeon_build_info, instance)');
export const redisVariable = choice('instance', 'Redis', 'label_values(redis_up, instance)');

const annotation = (name: string, iconColor: string, expr: string, titleFormat: string): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(prometheus)
    .enable(true)
    .iconColor(iconColor)
    .expr(expr)
    .step('30s')
    .titleFormat(titleFormat);
/** Calls of operators that changed something, since the services began to answer them. */
const changes = `sum by (route, method) (sunbeon_http_request_duration_seconds_count{service=~"admission|purchase",route=~"/api/admin/.+",method=~"POST|PATCH|DELETE",status="2xx"})`;

/** Events on every time series: deploys, operators' actions, changes of leader. */
export const annotations = [
  annotation(
    'Deploys',
    'blue',
    'count by (service, version, commit) (sunbeon_build_info) unless count by (service, version, commit) (sunbeon_build_info offset 1m)',
    '{{service}} {{version}} {{commit}}',
  ),
  annotation(
    'Operators',
    'orange',
    `(${changes} - (${changes.replace('})', '} offset 1m)')} or 0 * ${changes})) > 0`,
    '{{method}} {{route}}',
  ),
  annotation(
    'Changes of leader',
    'purple',
    'max by (sale) (sunbeon_epoch) > max by (sale) (sunbeon_epoch offset 1m)',
    'new leader of {{sale}}',
  ),
];

export { AlarmError, readAlarm, type AlarmProperties, type WrittenAlarm } from './alarm-properties.ts';
export {
  DashboardBody,
  DashboardError,
  dashboardPage,
  readDashboard,
  type ShownAlarm,
  type ShownDashboard,
} from './dashboard/index.ts';
export { Distribution, UnknownStatisticError } from './distribution.ts';
export { embeddedMetrics } from './embedded-metrics.ts';
export { evaluateAlarm, examineAlarm, type AlarmState, type Evaluation } from './evaluate-alarm.ts';
export { ExpressionError } from './math/series.ts';
export {
  MetricStore,
  type MetricData,
  type MetricDatum,
  type MetricId,
  type StoredMetric,
} from './metric-store.ts';

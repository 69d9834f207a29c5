import { alarmId, ALARMS } from '../../../../infra/stack/alarms/index.ts';
import { dashboardText } from '../../../../infra/stack/dashboard/index.ts';
import { ACCOUNT, REGION } from '../../stand-ins/aws-account.ts';
import { readDashboard, type DashboardBody } from '../../stand-ins/cloudwatch/index.ts';
import { resolveText } from '../service/references.ts';
import type { ServiceConfig } from '../service/service-config.ts';
import { LOCAL_MONITORING, monitoredStack } from './monitored-stack.ts';

/** Makes the ARN of an alarm of this stack. */
export const alarmArn = (name: string): string =>
  `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:layermint-${LOCAL_MONITORING.stage}-${name}`;

/**
 * Reads the dashboard that this service has on a stage with `dashboard: 'on'`, with the references of this machine.
 *
 * @param alarms - the names of the stack's alarms
 * @throws {UnresolvedReferenceError} for a graph of a resource that the local stack does not have
 * @throws {DashboardError} for a widget that the local stack does not draw
 */
export function dashboardOf(
  config: ServiceConfig,
  tableName: string,
  alarms: readonly string[] = Object.keys(ALARMS),
): DashboardBody {
  const { references, has } = monitoredStack(config, tableName);
  const arns = alarms.map((name) => [`${alarmId(name)}.Arn`, alarmArn(name)] as const);
  const text = dashboardText(LOCAL_MONITORING, alarms.map(alarmId), has);
  return readDashboard(resolveText(text, new Map([...references, ...arns]), 'The dashboard'));
}

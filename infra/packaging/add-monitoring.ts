import { alarmResources, ALARMS } from '../stack/alarms/index.ts';
import { dashboardText } from '../stack/dashboard/index.ts';
import type { FinishedTemplate, StackSettings } from './template/finished-template.ts';

/**
 * Adds the alarms of infra/stack/alarms if the stage sets `alarmTopicArn`, and the dashboard of infra/stack/dashboard if it is on.
 * Alarms and graphs about a part that the stack lacks are left out.
 */
export function addMonitoring({ Resources }: FinishedTemplate, { monitoring }: StackSettings): void {
  const has = (id: string): boolean => Resources[id] !== undefined;
  const alarms = alarmResources(ALARMS, monitoring, has);
  Object.assign(Resources, alarms);
  if (monitoring.dashboard === 'off') return;
  Resources['Dashboard'] = {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: {
      DashboardName: `layermint-${monitoring.stage}`,
      DashboardBody: dashboardText(monitoring, Object.keys(alarms), has),
    },
  };
}

import { alarmResources, ALARMS } from '../../stack/alarms/index.ts';
import type { FinishedTemplate, StackSettings } from './finished-template.ts';

/** Adds the alarms of infra/stack/alarms if the stage sets `alarmTopicArn`. An alarm about a part that the stack lacks is left out. */
export function addMonitoring({ Resources }: FinishedTemplate, { monitoring }: StackSettings): void {
  const has = (id: string): boolean => Resources[id] !== undefined;
  Object.assign(Resources, alarmResources(ALARMS, monitoring, has));
}

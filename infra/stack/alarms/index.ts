import type { Alarm } from './alarm.ts';
import { REQUEST_ALARMS } from './request-alarms.ts';

export type { Alarm, Metric, Monitoring } from './alarm.ts';
export { alarmId, alarmResources, runbookOf, type AlarmResource } from './alarm-resources.ts';

/** Every alarm of the service, by its name. Each has a page docs/runbooks/NAME.md. */
export const ALARMS: Readonly<Record<string, Alarm>> = { ...REQUEST_ALARMS };

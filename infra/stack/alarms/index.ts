import type { Alarm } from './alarm.ts';
import { KEY_ALARMS } from './key-alarms.ts';
import { REQUEST_ALARMS } from './request-alarms.ts';
import { REVOCATION_ALARMS } from './revocation-alarms.ts';
import { WATCH_ALARMS } from './watch-alarms.ts';

export type { Alarm, Metric, Monitoring } from './alarm.ts';
export { alarmId, alarmResources, runbookOf, type AlarmResource } from './alarm-resources.ts';

/**
 * Every alarm of the service, by its name. Each has a page docs/runbooks/NAME.md.
 *
 * No alarm looks at metrics that rise without a fault here: `GroupsUnreadable`, `CallerTokenRefused`, `RequestsLimited` and refusals
 * depend on the callers. The dashboard shows them.
 */
export const ALARMS: Readonly<Record<string, Alarm>> = {
  ...REQUEST_ALARMS,
  ...REVOCATION_ALARMS,
  ...KEY_ALARMS,
  ...WATCH_ALARMS,
};

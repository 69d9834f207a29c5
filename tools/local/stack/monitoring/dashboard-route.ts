import type { Clock } from '../../../../lib/runtime/clock.ts';
import { HOUR, type Seconds } from '../../../../lib/runtime/time.ts';
import { json, type HttpResponse, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import { dashboardPage, type DashboardBody } from '../../stand-ins/cloudwatch/index.ts';
import type { MetricData } from '../../stand-ins/cloudwatch/index.ts';
import { isForThisMachine, notForThisMachine } from '../routes/this-machine.ts';
import type { AlarmReport } from './local-alarms.ts';
import { alarmArn } from './local-dashboard.ts';
import { LOCAL_MONITORING } from './monitored-stack.ts';

/** The hours that the page can show. The first is shown unless the address says another: a local stack is seldom older. */
const HOURS = [1, 3, 12, 24];

/** The browser asks for the page again after a minute. */
const REFRESH: Seconds = 60;

/** Everything that the page shows. */
export interface DashboardSources {
  readonly body: DashboardBody;
  readonly data: MetricData;
  readonly alarms: () => readonly AlarmReport[];
  readonly clock: Clock;
}

/**
 * Serves the dashboard as a page. Like the metrics and alarms, it holds nothing secret: every program of this machine may read it, and
 * no page of another site.
 */
export function dashboardRoute(path: string, { body, data, alarms, clock }: DashboardSources): LocalRoute {
  const ranges = HOURS.map((hours, at) => ({
    range: hours * HOUR,
    address: at === 0 ? path : `${path}?hours=${hours}`,
  }));
  const page = (range: Seconds): HttpResponse => {
    const shown = new Map(
      alarms().map((alarm) => [
        alarmArn(alarm.name),
        { ...alarm, rule: `${alarm.threshold} in ${alarm.rule}` },
      ]),
    );
    const name = `layermint-${LOCAL_MONITORING.stage}`;
    const { html, policy } = dashboardPage({
      ...{ name, body, data, alarms: shown, now: clock.now(), range, ranges },
    });
    return {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        refresh: String(REFRESH),
      },
      body: html,
    };
  };
  return (request) => {
    const { method, target } = request;
    if (method !== 'GET' || (target !== path && !target.startsWith(`${path}?`)))
      return Promise.resolve(undefined);
    if (!isForThisMachine(request)) return Promise.resolve(notForThisMachine());
    const chosen = ranges.find(({ address }) => address === target);
    const message = `Choose a time range: ${ranges.map(({ address }) => address).join(', ')}`;
    return Promise.resolve(chosen === undefined ? json(400, { message }) : page(chosen.range));
  };
}

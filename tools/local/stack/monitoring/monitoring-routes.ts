import type { Clock } from '../../../../lib/runtime/clock.ts';
import {
  json,
  type HttpRequest,
  type HttpResponse,
  type LocalRoute,
} from '../../stand-ins/api-gateway/index.ts';
import type { MetricStore } from '../../stand-ins/cloudwatch/index.ts';
import { isForThisMachine, notForThisMachine } from '../routes/this-machine.ts';
import { wantsJson } from '../routes/wants-json.ts';
import type { AlarmReport } from './local-alarms.ts';
import { alarmsText, metricReports, metricsText } from './report-text.ts';

/** The addresses of the metrics and of the alarms, and the form of their answers. */
export interface MonitoringPaths {
  readonly metrics: string;
  readonly alarms: string;
  /** `JSON` for commands, which send no `Accept`. `asked`: text, or JSON if the request asks for it. */
  readonly as: 'JSON' | 'asked';
}

/**
 * Shows the metrics and the alarms. They hold nothing secret, so every program of this machine may read them. A page of another site
 * may not.
 */
export function monitoringRoutes(
  paths: MonitoringPaths,
  store: MetricStore,
  alarms: () => readonly AlarmReport[],
  clock: Clock,
): LocalRoute {
  const answer = (request: HttpRequest, body: object, text: () => string): HttpResponse =>
    paths.as === 'JSON' || wantsJson(request) ? json(200, body, HEADERS) : textAnswer(text());
  return (request) => {
    const { method, target } = request;
    if (method !== 'GET' || (target !== paths.metrics && target !== paths.alarms))
      return Promise.resolve(undefined);
    if (!isForThisMachine(request)) return Promise.resolve(notForThisMachine());
    if (target === paths.alarms) {
      const reports = alarms();
      return Promise.resolve(answer(request, { alarms: reports }, () => alarmsText(reports)));
    }
    const metrics = metricReports(store, clock.now());
    const { leftOut } = store;
    return Promise.resolve(answer(request, { metrics, leftOut }, () => metricsText(metrics, leftOut)));
  };
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'Accept' };

const textAnswer = (body: string): HttpResponse => ({
  status: 200,
  headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' },
  body,
});

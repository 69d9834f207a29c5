import type { Clock } from '../../../../lib/runtime/clock.ts';
import {
  headerOf,
  json,
  type HttpRequest,
  type HttpResponse,
  type LocalRoute,
} from '../../stand-ins/api-gateway/index.ts';
import type { MetricStore } from '../../stand-ins/cloudwatch/index.ts';
import { isForThisMachine, notForThisMachine } from '../routes/this-machine.ts';
import type { AlarmReport } from './local-alarms.ts';
import { alarmsText, metricReports, metricsText } from './report-text.ts';

/**
 * Shows the metrics and the alarms, as text or as JSON if the request asks for it. They hold nothing secret, so every program of this
 * machine may read them. A page of another site may not.
 *
 * @param paths - of the metrics and of the alarms
 */
export function monitoringRoutes(
  paths: { readonly metrics: string; readonly alarms: string },
  store: MetricStore,
  alarms: () => readonly AlarmReport[],
  clock: Clock,
): LocalRoute {
  return (request) => {
    const { method, target } = request;
    if (method !== 'GET' || (target !== paths.metrics && target !== paths.alarms))
      return Promise.resolve(undefined);
    if (!isForThisMachine(request)) return Promise.resolve(notForThisMachine());
    if (target === paths.alarms) {
      const reports = alarms();
      return Promise.resolve(answerTo(request, { alarms: reports }, () => alarmsText(reports)));
    }
    const metrics = metricReports(store, clock.now());
    const { leftOut } = store;
    return Promise.resolve(answerTo(request, { metrics, leftOut }, () => metricsText(metrics, leftOut)));
  };
}

function answerTo(request: HttpRequest, body: object, text: () => string): HttpResponse {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'Accept' };
  if ((headerOf(request, 'accept') ?? '').includes('application/json')) return json(200, body, headers);
  return { status: 200, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: text() };
}

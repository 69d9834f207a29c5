import { beforeEach, expect, test } from '@jest/globals';
import { ALARMS } from '../../../../../../infra/stack/alarms/index.ts';
import { REASONS } from '../../../../../../infra/stack/dashboard/index.ts';
import { PROBLEMS } from '../../../../../../lib/http/problems/problem.ts';
import { dashboardRoute } from '../../../../../../tools/local/stack/monitoring/dashboard-route.ts';
import { alarmsOf, LocalAlarms } from '../../../../../../tools/local/stack/monitoring/local-alarms.ts';
import { dashboardOf } from '../../../../../../tools/local/stack/monitoring/local-dashboard.ts';
import { MetricStore } from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { WHOLE_SERVICE } from '../../../../../support/cloudwatch/whole-service.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

const PATH = '/local/dashboard';
const body = dashboardOf(WHOLE_SERVICE, 'table');

let clock: ManualClock;
let store: MetricStore;

beforeEach(() => {
  clock = new ManualClock();
  store = new MetricStore(clock);
});

const get = (target = PATH, host = 'localhost:4747', method = 'GET') => {
  const alarms = new LocalAlarms(alarmsOf(WHOLE_SERVICE, 'table'), store, clock);
  return dashboardRoute(PATH, { body, data: store, alarms: () => alarms.evaluate(), clock })({
    ...{ method, target, protocol: 'HTTP/1.1', headers: [['Host', host]] },
    ...{ body: undefined, sourceIp: '127.0.0.1' },
  });
};

test.each(body.widgets.map((widget, at) => [widget.type === 'text' ? at : widget.properties.title, at]))(
  'The widget "%s" of the deployed dashboard is drawn',
  async (_, at) => {
    const html = String((await get())?.body);
    expect(html).toMatch(new RegExp(`<section id="w${at}"[^>]*><h2[^>]*>[^<]+</h2>\n<(ul|svg)`));
  },
);

test('Every alarm of the service stands on the page', async () => {
  const html = String((await get())?.body);
  expect(Object.keys(ALARMS).filter((name) => !html.includes(`>${name} <b>`))).toEqual([]);
});

test('Every line of the dashboard gets the values of its metric', async () => {
  for (const { type, properties } of body.widgets as readonly { type: string; properties: object }[]) {
    if (type !== 'metric') continue;
    for (const entry of (properties as { metrics: readonly (readonly unknown[])[] }).metrics) {
      const [namespace, name, ...flat] = entry.filter((it): it is string => typeof it === 'string');
      if (namespace === undefined || name === undefined) continue;
      const dimensions = { [flat[0] ?? '']: flat[1] ?? '' };
      store.put({ namespace, name, dimensions, at: clock.now(), values: [1] });
    }
  }
  expect(String((await get())?.body)).not.toMatch(/no value|No value/);
});

test('The thresholds are those of the alarms', () => {
  const marks = body.widgets.flatMap((it) =>
    it.type === 'metric' ? (it.properties.annotations?.horizontal ?? []) : [],
  );
  expect(marks).toEqual([
    { label: 'mint-latency', value: 2000 },
    { label: 'revocations-waiting', value: 600 },
    { label: 'signing-key-old', value: 93 },
  ]);
});

test('A stage without rotation has no threshold for the age of its key', () => {
  const config = { ...WHOLE_SERVICE, resources: { Resources: {} } };
  const { rotationless } = { rotationless: JSON.stringify(dashboardOf(config, 'table', [])) };
  expect(rotationless).toContain('SigningKeyAge');
  expect(rotationless).not.toContain('signing-key-old');
});

test('Each reason of a refusal is one that the service counts: a failure of the service is none', () => {
  expect(REASONS.filter((slug) => PROBLEMS[slug].status >= 500)).toEqual([]);
});

test('The page is renewed by the browser, kept by nobody, and runs no script', async () => {
  const { status, headers } = (await get()) ?? {};
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    ...{ refresh: '60', 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' },
    'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+';/),
  });
});

test('A time range that is not offered is refused with the ones that are', async () => {
  expect((await get(`${PATH}?hours=24`))?.status).toBe(200);
  const { status, body: text } = (await get(`${PATH}?hours=100000`)) ?? {};
  expect([status, String(text)]).toEqual([400, expect.stringContaining('/local/dashboard?hours=24')]);
});

test('A page of another site cannot read it (DNS rebinding)', async () => {
  const answer = await get(PATH, 'evil.example');
  expect([answer?.status, String(answer?.body).includes('svg')]).toEqual([403, false]);
});

test('Other paths and methods are left to the API', async () => {
  expect(await get('/local/dashboards')).toBeUndefined();
  expect(await get(PATH, undefined, 'POST')).toBeUndefined();
});

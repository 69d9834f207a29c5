import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { HOUR, MINUTE, toMilliseconds } from '../../../../../../../lib/runtime/time.ts';
import {
  dashboardPage,
  readDashboard,
  type ShownAlarm,
} from '../../../../../../../tools/local/stand-ins/cloudwatch/dashboard/index.ts';
import { MetricStore } from '../../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { END, METRIC, storeOf } from '../../../../../../support/cloudwatch/metric-values.ts';
import { ManualClock } from '../../../../../../support/runtime/clock.ts';

const ARN = 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:mint-errors';
const PLACE = { x: 0, y: 0, width: 8, height: 6 };
const HOSTILE = `"><script>alert(1)</script>' onload='x`;

const alarm: ShownAlarm = {
  ...{ name: 'mint-errors', state: 'ALARM', since: '2026-01-31T11:58:00Z' },
  ...{ rule: '>= 5', runbook: 'docs/runbooks/mint-errors.md' },
};

const entry = (label: string, more: object = {}): unknown => [
  ...['Test', label, 'Stage', 'test'],
  { stat: 'Sum', label, ...more },
];

const graphOf = (metrics: readonly unknown[], more: object = {}): object => ({
  ...{ type: 'metric', ...PLACE },
  properties: { title: 'Graph', view: 'timeSeries', region: 'eu-central-1', period: 60, metrics, ...more },
});

/** Draws widgets half a minute after {@link END}. */
const pageOf = (widgets: readonly object[], data = storeOf({}), name = 'layermint-test') =>
  dashboardPage({
    ...{ name, data, body: readDashboard(JSON.stringify({ widgets })), alarms: new Map([[ARN, alarm]]) },
    ...{ now: END + 30_000, range: HOUR },
    ranges: [
      { range: HOUR, address: '/page' },
      { range: 3 * HOUR, address: '/page?hours=3' },
    ],
  });

test('A graph has a title, and says the last and the greatest value of each line in words', () => {
  const { html } = pageOf([graphOf([entry('Errors'), entry('Calls')])], storeOf({ Errors: '5 - 2' }));
  expect(html).toContain('<title id="w0-title">Graph</title>');
  expect(html).toContain('<desc id="w0-text">Errors: last 2, maximum 5. Calls: no value.</desc>');
  expect(html).toContain('role="img" aria-labelledby="w0-title w0-text"');
});

test('The legend lists lines with values, and names the others', () => {
  const { html } = pageOf([graphOf([entry('Errors'), entry('Calls')])], storeOf({ Errors: '5 - 2' }));
  expect(html).toMatch(/<th scope="row">.*Errors<\/th><td>2<\/td><td>5<\/td>/);
  expect(html).toContain('No value: Calls.');
  expect(html).toContain('One point for 1 minute.');
});

test('A line breaks where values are missing, and a value alone is a dot', () => {
  const { html } = pageOf([graphOf([entry('Errors')])], storeOf({ Errors: '1 1 - 2' }));
  const lines = Array.from(html.matchAll(/class="(line|dot) c0" d="([^"]+)"/g), ([, kind, path = '']) => [
    kind,
    path.split(/[ML]/).length - 1,
  ]);
  expect(lines).toEqual([
    ['line', 2],
    ['dot', 1],
  ]);
});

test('Lines of the right axis and expressions are drawn, hidden metrics are not', () => {
  const metrics = [
    [{ expression: 'errors / 2', label: 'half' }],
    entry('Errors', { id: 'errors', visible: false }),
    entry('Calls', { yAxis: 'right' }),
  ];
  const axes = { yAxis: { left: { label: 'seconds' }, right: { label: 'number' } } };
  const { html } = pageOf([graphOf(metrics, axes)], storeOf({ Errors: '3', Calls: '7' }));
  expect(html).toContain('half: last 1.5, maximum 1.5. Calls: last 7, maximum 7.');
  expect(html).toMatch(/>seconds<.*>number</s);
  expect(html).toContain('Calls (right axis)');
});

test('The threshold of an alarm is a line with its value, within the axis', () => {
  const annotations = { horizontal: [{ label: 'too slow', value: 2000 }] };
  const { html } = pageOf([graphOf([entry('Errors')], { annotations })], storeOf({ Errors: '3' }));
  expect(html).toMatch(/<path class="mark" d="M48 20h/);
  expect(html).toContain('too slow: 2,000.');
});

test('A percentile is read as the alarms read it', () => {
  const store = new MetricStore(new ManualClock(END));
  const values = [...Array.from({ length: 99 }, () => 10), 900];
  store.put({ ...METRIC, at: END - toMilliseconds(MINUTE), values });
  const { html } = pageOf([graphOf([entry('Errors', { stat: 'p50' })])], store);
  expect(html).toContain('Errors: last 10, maximum 10.');
});

test('Periods are aligned, and the present one counts', () => {
  const store = new MetricStore(new ManualClock(END + 30_000));
  store.put({ ...METRIC, at: END, values: [4] });
  const { html } = pageOf([graphOf([entry('Errors')], { period: 3600 })], store);
  expect(html).toContain('Errors: last 4, maximum 4.');
  expect(html).toContain('One point for 1 hour.');
});

test('An alarm widget has the state in words, and the runbook page of an alarm that went off', () => {
  const { html } = pageOf([{ type: 'alarm', ...PLACE, properties: { alarms: [ARN] } }]);
  expect(html).toMatch(
    /mint-errors <b>ALARM<\/b>.*since 11:58: &gt;= 5\. See docs\/runbooks\/mint-errors\.md/,
  );
});

test('An alarm that does not exist is an error that names it', () => {
  const widget = { type: 'alarm', ...PLACE, properties: { alarms: [`${ARN}-x`] } };
  expect(() => pageOf([widget])).toThrow(`The local stack has no alarm ${ARN}-x`);
});

test('A number widget shows the last value, a text widget its text', () => {
  const { html } = pageOf(
    [
      graphOf([entry('Errors'), entry('Calls')], { view: 'singleValue' }),
      { type: 'text', ...PLACE, x: 8, properties: { markdown: '# Read <this>' } },
    ],
    storeOf({ Errors: '3 1' }),
  );
  expect(html).toContain('<dt>Errors</dt><dd>1</dd>');
  expect(html).toContain('<dt>Calls</dt><dd>no value</dd>');
  expect(html).toContain('<pre># Read &lt;this&gt;</pre>');
});

test('Widgets stand in the grid of 24 columns, and follow each other in reading order', () => {
  const text = (x: number, y: number, markdown: string): object => ({
    ...{ type: 'text', x, y, width: 12, height: 3, properties: { markdown } },
  });
  const { html } = pageOf([text(12, 3, 'last'), text(0, 3, 'second'), text(0, 0, 'first')]);
  expect(html).toMatch(/first.*second.*last/s);
  expect(html).toContain(
    '#w0{grid-area:1/1/span 3/span 12}#w1{grid-area:4/1/span 3/span 12}#w2{grid-area:4/13/',
  );
});

test('A widget of a type that is not drawn is an error that names the type', () => {
  const widget = { type: 'log', ...PLACE, properties: { query: 'fields @message' } };
  expect(() => pageOf([widget])).toThrow('does not draw widgets of the type "log", only metric, alarm, text');
});

test('A property that is not documented is an error that names it', () => {
  expect(() => pageOf([graphOf([entry('Errors')], { colour: 'red' })])).toThrow('colour');
});

test('Names, titles, labels and dimensions with markup stay text', () => {
  const { html } = pageOf(
    [
      graphOf([entry('Errors', { label: HOSTILE })], {
        title: HOSTILE,
        yAxis: { left: { label: HOSTILE } },
        annotations: { horizontal: [{ label: HOSTILE, value: 1 }] },
      }),
      graphOf([['Test', 'Errors', HOSTILE, HOSTILE, { stat: 'Sum' }]], { title: 'x\u202ey\u0007' }),
    ],
    storeOf({ Errors: '3' }),
    HOSTILE,
  );
  expect(html).not.toMatch(/<script|<\/script|onload='|[\u0007\u202e]/);
  expect(html.match(/&quot;&gt;&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(6);
});

test('The policy allows no script and no request, and no style but that of the page', () => {
  const { html, policy } = pageOf([graphOf([entry('Errors')])]);
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(html) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(policy.split('; ').slice(0, 2)).toEqual(["default-src 'none'", `style-src 'sha256-${hash}'`]);
  expect(html).not.toMatch(/\sstyle=|<script|<img|<link|https?:/);
});

test('The page names the time range that it shows, and links the others', () => {
  const { html } = pageOf([]);
  expect(html).toContain('<b aria-current="page">1 hour</b> <a href="/page?hours=3">3 hours</a>');
});

import { createHash } from 'node:crypto';
import type { Milliseconds, Seconds } from '../../../../../lib/runtime/time.ts';
import type { AlarmState } from '../evaluate-alarm.ts';
import type { MetricData } from '../metric-store.ts';
import { DashboardError } from './errors.ts';
import { extremesOf, graphData, type GraphData, type GraphLine } from './graph-lines.ts';
import { graphSvg, lineClasses } from './graph-svg.ts';
import { escaped } from './markup.ts';
import { lengthText, numberText, timeText } from './number-text.ts';
import { STYLE } from './page-style.ts';
import type { DashboardBody, DashboardWidget, GraphProperties } from './schemas.ts';

/** An alarm as a widget shows it. */
export interface ShownAlarm {
  readonly name: string;
  readonly state: AlarmState;
  /** RFC 3339. */
  readonly since: string;
  /** The rule in words: `>= 5 in 3 of 5 periods of 60 s`. */
  readonly rule: string;
  /** The path of its runbook page. */
  readonly runbook: string;
}

/** A dashboard, and the data of this moment. */
export interface ShownDashboard {
  readonly name: string;
  readonly body: DashboardBody;
  readonly data: MetricData;
  /** The alarms by their ARNs. */
  readonly alarms: ReadonlyMap<string, ShownAlarm>;
  readonly now: Milliseconds;
  /** The seconds up to now that the graphs show. */
  readonly range: Seconds;
  /** The ranges to choose from, each with its address. */
  readonly ranges: readonly { readonly range: Seconds; readonly address: string }[];
}

/** A page, and the policy that it needs. */
export interface Page {
  readonly html: string;
  /** The value of `Content-Security-Policy`: no script, no request, and no style but the page's own. */
  readonly policy: string;
}

/**
 * Draws a dashboard as one page without scripts, in CloudWatch's grid of 24 columns. The order on the page is the reading order of the
 * grid, for narrow screens and for screen readers.
 *
 * @throws {DashboardError | ExpressionError | UnknownStatisticError}
 */
export function dashboardPage(shown: ShownDashboard): Page {
  const { name, body, now, range, ranges } = shown;
  const widgets = [...body.widgets].sort((one, other) => one.y - other.y || one.x - other.x);
  const style = `${STYLE}@media (min-width:801px){${widgets.map(placeOf).join('')}}`;
  const hash = createHash('sha256').update(style).digest('base64');
  const choices = ranges.map(({ range: other, address }) => {
    const text = lengthText(other);
    return other === range
      ? `<b aria-current="page">${text}</b>`
      : `<a href="${escaped(address)}">${text}</a>`;
  });
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)}: dashboard</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(name)}</h1>
<nav aria-label="Time range">Show the last ${choices.join(' ')}</nav>
<p class="soft">Now it is ${timeText(now)}. All times are UTC. The last point of a graph is not over yet.</p>
</header>
<main>
${widgets.map((widget, at) => section(widget, at, shown)).join('\n')}
</main>
</body>
</html>
`;
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, policy };
}

const placeOf = ({ x, y, width, height }: DashboardWidget, at: number): string =>
  `#w${at}{grid-area:${y + 1}/${x + 1}/span ${height}/span ${width}}`;

function section(widget: DashboardWidget, at: number, shown: ShownDashboard): string {
  const id = `w${at}`;
  if (widget.type === 'text')
    return `<section id="${id}"><pre>${escaped(widget.properties.markdown)}</pre></section>`;
  const { title = 'Alarms' } = widget.properties;
  const inner =
    widget.type === 'alarm'
      ? alarmList(widget.properties.alarms, shown.alarms)
      : graph(id, widget.properties, shown);
  return `<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${escaped(title)}</h2>
${inner}</section>`;
}

const STATES: Readonly<Record<AlarmState, string>> = {
  ALARM: 'ALARM',
  INSUFFICIENT_DATA: 'no data yet',
  OK: 'OK',
};

/** Lists alarms, the ones that went off first, and then the ones that changed last. */
function alarmList(arns: readonly string[], alarms: ShownDashboard['alarms']): string {
  const shown = arns.map((arn) => {
    const alarm = alarms.get(arn);
    if (alarm === undefined) throw new DashboardError(`The local stack has no alarm ${arn}`);
    return alarm;
  });
  const states = Object.keys(STATES);
  const sorted = shown.sort(
    (one, other) =>
      states.indexOf(one.state) - states.indexOf(other.state) || other.since.localeCompare(one.since),
  );
  const items = sorted.map(({ name, state, since, rule, runbook }) => {
    const more = state === 'ALARM' ? `: ${escaped(rule)}. See ${escaped(runbook)}` : '';
    return `<li class="${state}">${escaped(name)} <b>${STATES[state]}</b><div class="soft">since ${timeText(Date.parse(since))}${more}</div></li>`;
  });
  return `<ul class="alarms">${items.join('')}</ul>`;
}

function graph(id: string, properties: GraphProperties, { data, now, range }: ShownDashboard): string {
  const read = graphData(properties, data, now, range);
  if (properties.view === 'singleValue') return numbers(read.lines);
  const note = `<p class="soft">One point for ${lengthText(read.period)}.</p>`;
  return `${graphSvg(id, properties, read)}\n${legend(read)}${note}`;
}

function numbers(lines: readonly GraphLine[]): string {
  const items = lines.map((line) => {
    const extremes = extremesOf(line);
    const value = extremes === undefined ? 'no value' : numberText(extremes.last);
    return `<div><dt>${escaped(line.label)}</dt><dd>${value}</dd></div>`;
  });
  return `<dl>${items.join('')}</dl>`;
}

/** Writes the lines that have values as a table, and names the others in a sentence. */
function legend({ lines }: GraphData): string {
  const rows = lines.flatMap((line, at) => {
    const extremes = extremesOf(line);
    if (extremes === undefined) return [];
    const key = `<svg viewBox="0 0 22 10" aria-hidden="true"><path class="key ${lineClasses(at)}" d="M0 5h22"/></svg>`;
    const side = line.axis === 'right' ? ' (right axis)' : '';
    const values = `<td>${numberText(extremes.last)}</td><td>${numberText(extremes.maximum)}</td>`;
    return [`<tr><th scope="row">${key}${escaped(line.label)}${side}</th>${values}</tr>`];
  });
  const empty = lines.filter((line) => extremesOf(line) === undefined).map(({ label }) => escaped(label));
  const head =
    '<thead><tr><th scope="col">Line</th><th scope="col">Last</th><th scope="col">Maximum</th></tr></thead>';
  const table = rows.length === 0 ? '' : `<table>${head}<tbody>${rows.join('')}</tbody></table>`;
  return `${table}${empty.length === 0 ? '' : `<p class="soft">No value: ${empty.join(', ')}.</p>`}`;
}

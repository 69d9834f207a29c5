import { ALARMS, type Metric, type Monitoring } from '../alarms/index.ts';
import type { Line, Mark, Widget } from './widget.ts';
import { WIDGETS } from './widgets.ts';

// The grid of a dashboard has 24 columns (CloudWatch API reference, "Dashboard Body Structure and Syntax").
const COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 6;
const ALARMS_HEIGHT = 3;
const FIVE_MINUTES = 300;

type Entry = readonly unknown[];

/** Tells whether the stack has a resource, by its logical id. */
type Has = (id: string) => boolean;

/** Writes a metric as a widget does: namespace, name, the dimensions flat, then the settings of its line. */
const entryOf = ({ namespace, name, of, stat }: Metric, stage: string, line: object): Entry => [
  ...[namespace, name],
  ...Object.entries(of ?? { Stage: stage }).flat(),
  { stat, ...line },
];

function entriesOf(label: string, line: Line, stage: string, axis: object): Entry[] {
  if (!('expression' in line)) return [entryOf(line, stage, { label, ...axis })];
  const { expression, over } = line;
  return [
    [{ expression, label, ...axis }],
    ...Object.entries(over).map(([id, metric]) => entryOf(metric, stage, { id, visible: false })),
  ];
}

/**
 * Draws the threshold of an alarm, if a stack can have it.
 *
 * @throws Error if no alarm has the name
 */
function annotationOf({ alarm, unit = 1 }: Mark, monitoring: Monitoring, has: Has): object {
  const found = ALARMS[alarm];
  if (found === undefined) throw new Error(`There is no alarm ${alarm} for a mark of the dashboard`);
  if (found.needs !== undefined && !has(found.needs)) return {};
  const threshold = typeof found.threshold === 'number' ? found.threshold : found.threshold(monitoring);
  return { annotations: { horizontal: [{ label: alarm, value: threshold / unit }] } };
}

function graph(widget: Widget, monitoring: Monitoring, has: Has): object {
  const { title, lines, right = {}, period = FIVE_MINUTES, unit, rightUnit, mark } = widget;
  const { stage } = monitoring;
  const entries = (side: Widget['lines'], axis: object): Entry[] =>
    Object.entries(side).flatMap(([label, line]) => entriesOf(label, line, stage, axis));
  return {
    title,
    view: 'timeSeries',
    stacked: false,
    region: { Ref: 'AWS::Region' },
    period,
    metrics: [...entries(lines, {}), ...entries(right, { yAxis: 'right' })],
    yAxis: {
      left: { min: 0, showUnits: false, label: unit },
      right: { min: 0, showUnits: false, ...(rightUnit !== undefined && { label: rightUnit }) },
    },
    ...(mark && annotationOf(mark, monitoring, has)),
  };
}

/**
 * Makes the body of the dashboard: JSON in which CloudFormation fills in the names of resources.
 *
 * @param alarmIds - the logical ids of the stack's alarms, for the widget at the top
 * @param has - tells whether the stack has a resource, by its logical id
 */
export function dashboardText(
  monitoring: Monitoring,
  alarmIds: readonly string[],
  has: Has,
): { readonly 'Fn::Sub': string } {
  return asSubstitution(dashboardBody(WIDGETS, monitoring, alarmIds, has));
}

function dashboardBody(
  widgets: readonly Widget[],
  monitoring: Monitoring,
  alarmIds: readonly string[],
  has: Has,
): { readonly periodOverride: 'inherit'; readonly widgets: readonly object[] } {
  const top = alarmIds.length === 0 ? 0 : ALARMS_HEIGHT;
  const alarms = {
    ...{ type: 'alarm', x: 0, y: 0, width: COLUMNS, height: ALARMS_HEIGHT },
    properties: {
      title: 'Alarms',
      alarms: alarmIds.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
      // The alarm that changed last stands first, even if the box cannot show all of them.
      sortBy: 'stateUpdatedTimestamp',
    },
  };
  const graphs = widgets
    .filter(({ needs }) => needs === undefined || has(needs))
    .map((widget, at) => ({
      type: 'metric',
      x: (at * WIDTH) % COLUMNS,
      y: top + Math.floor((at * WIDTH) / COLUMNS) * HEIGHT,
      ...{ width: WIDTH, height: HEIGHT },
      properties: graph(widget, monitoring, has),
    }));
  // Else CloudWatch adapts all periods to the time range: a sum would then be of another time than its axis says.
  return { periodOverride: 'inherit', widgets: [...(top === 0 ? [] : [alarms]), ...graphs] };
}

/**
 * Writes a value with references as the text of an `Fn::Sub`: `{"Ref": "Table"}` becomes `"${Table}"`.
 *
 * @throws Error for any other of CloudFormation's functions
 */
function asSubstitution(value: unknown): { readonly 'Fn::Sub': string } {
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null) return inner;
    const [[key, target] = []] = Object.entries(inner);
    if (key === 'Ref') return `\${${String(target)}}`;
    if (key === 'Fn::GetAtt' && Array.isArray(target)) return `\${${target.join('.')}}`;
    if (key?.startsWith('Fn::') === true) throw new Error(`The dashboard cannot have ${key}.`);
    return inner;
  });
  return { 'Fn::Sub': text };
}

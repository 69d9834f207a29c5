import * as z from 'zod';

// The rules of CloudWatch's API reference, "Dashboard Body Structure and Syntax", for the widgets that the local stack draws.

const Stat = z.string().regex(/^(SampleCount|Average|Sum|Minimum|Maximum|p\d{1,2}(\.\d+)?)$/);
const Period = z.int().min(60).multipleOf(60);
const Color = z.string().regex(/^#[0-9a-f]{6}$/i);
const Axis = z.enum(['left', 'right']);
const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/);
const Id = z.string().regex(/^[a-z]\w*$/);

const Line = z.strictObject({
  color: Color.optional(),
  id: Id.optional(),
  label: z.string().optional(),
  stat: Stat.optional(),
  visible: z.boolean().optional(),
  yAxis: Axis.optional(),
});

const Expression = z.tuple([z.strictObject({ ...Line.omit({ stat: true }).shape, expression: z.string() })]);

/** Namespace, name, pairs of a dimension's name and value, and the settings of the line. */
const Metric = z
  .array(z.union([z.string().min(1), Line]))
  .min(2)
  .refine(
    (entry) => entry.slice(0, -1).every((part) => typeof part === 'string'),
    'only the last is an object',
  )
  .refine(
    (entry) => entry.filter((part) => typeof part === 'string').length % 2 === 0,
    'a dimension needs a value',
  );

const Scale = z.strictObject({
  label: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
});

const Place = {
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  width: z.int().min(1).max(24),
  height: z.int().min(1).max(1000),
};

const Graph = z.strictObject({
  ...Place,
  type: z.literal('metric'),
  properties: z.strictObject({
    title: z.string(),
    view: z.enum(['timeSeries', 'singleValue']),
    stacked: z.literal(false).default(false),
    region: Region,
    period: Period,
    stat: Stat.default('Average'),
    metrics: z
      .array(z.union([Expression, Metric]))
      .min(1)
      .max(500),
    yAxis: z.strictObject({ left: Scale.optional(), right: Scale.optional() }).optional(),
    annotations: z
      .strictObject({
        horizontal: z.array(
          z.strictObject({ value: z.number(), label: z.string().optional(), color: Color.optional() }),
        ),
      })
      .optional(),
  }),
});

const Alarms = z.strictObject({
  ...Place,
  type: z.literal('alarm'),
  properties: z.strictObject({
    title: z.string().optional(),
    alarms: z
      .array(z.string().regex(/^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/))
      .min(1)
      .max(100),
    sortBy: z.enum(['default', 'stateUpdatedTimestamp', 'timestamp']).optional(),
    states: z.array(z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK'])).optional(),
  }),
});

const Text = z.strictObject({
  ...Place,
  type: z.literal('text'),
  properties: z.strictObject({
    markdown: z.string(),
    background: z.enum(['solid', 'transparent']).optional(),
  }),
});

/** The body of a CloudWatch dashboard. Strict: a property that is not documented is refused, too. */
export const DashboardBody = z.strictObject({
  start: z.string().optional(),
  periodOverride: z.enum(['auto', 'inherit']).optional(),
  widgets: z
    .array(z.discriminatedUnion('type', [Graph, Alarms, Text]))
    .max(500)
    .refine(
      (widgets) => widgets.every(({ x, width }) => x + width <= 24),
      'a widget reaches beyond the 24 columns',
    ),
});

/** The body of a CloudWatch dashboard. */
export type DashboardBody = z.output<typeof DashboardBody>;

/** A widget of any kind. */
export type DashboardWidget = DashboardBody['widgets'][number];

/** The properties of a graph, or of numbers. */
export type GraphProperties = z.output<typeof Graph>['properties'];

/** An entry of a graph's `metrics`. */
export type GraphEntry = GraphProperties['metrics'][number];

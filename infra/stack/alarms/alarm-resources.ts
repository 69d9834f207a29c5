import type { Alarm, Metric, Monitoring } from './alarm.ts';

/** A resource of the type `AWS::CloudWatch::Alarm`. */
export interface AlarmResource {
  readonly Type: 'AWS::CloudWatch::Alarm';
  readonly Properties: Record<string, unknown>;
}

const COMPARISONS = {
  '>=': 'GreaterThanOrEqualToThreshold',
  '>': 'GreaterThanThreshold',
  '<': 'LessThanThreshold',
} as const;

/** The path of the runbook page of an alarm. */
export const runbookOf = (name: string): string => `docs/runbooks/${name}.md`;

/** Makes the logical id of an alarm: `AlarmMintErrors` for `mint-errors`. The alarms of a gradual deployment end with `Alarm`. */
export const alarmId = (name: string): string =>
  `Alarm${name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;

/** The metric as CloudWatch names it: namespace, name and dimensions. */
export const metricOf = ({ namespace, name, of }: Metric, stage: string): Record<string, unknown> => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: Object.entries(of ?? { Stage: stage }).map(([Name, Value]) => ({ Name, Value })),
});

/** The part of an alarm that says which metric it looks at: one alone, or an expression over several. */
function lookingAt({ metrics, expression, period, says }: Alarm, stage: string): Record<string, unknown> {
  const entries = Object.entries(metrics);
  const [only] = Object.values(metrics);
  if (expression === undefined) {
    if (only === undefined || entries.length !== 1)
      throw new Error(`Needs one metric or an expression: ${says}`);
    const { stat } = only;
    return {
      ...metricOf(only, stage),
      ...(stat.startsWith('p') ? { ExtendedStatistic: stat } : { Statistic: stat }),
      Period: period,
    };
  }
  return {
    Metrics: [
      { Id: 'result', Expression: expression },
      ...entries.map(([Id, metric]) => ({
        Id,
        MetricStat: { Metric: metricOf(metric, stage), Period: period, Stat: metric.stat },
        ReturnData: false,
      })),
    ],
  };
}

/**
 * Makes the resources of the alarms.
 *
 * @param alarms - by their names, such as `mint-errors`
 * @param has - tells whether the stack has a resource, by its logical id
 * @returns the resources by their logical ids; none if the stage sets no `alarmTopicArn`
 * @throws Error for an alarm with several metrics and no expression
 */
export function alarmResources(
  alarms: Readonly<Record<string, Alarm>>,
  monitoring: Monitoring,
  has: (id: string) => boolean,
): Record<string, AlarmResource> {
  const { stage, alarmTopicArn, ticketTopicArn } = monitoring;
  if (alarmTopicArn === '') return {};
  const topics = { page: alarmTopicArn, ticket: ticketTopicArn === '' ? alarmTopicArn : ticketTopicArn };
  const present = Object.entries(alarms).filter(([, { needs }]) => needs === undefined || has(needs));
  return Object.fromEntries(
    present.map(([name, alarm]) => [
      alarmId(name),
      {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: `layermint-${stage}-${name}`,
          AlarmDescription: `${alarm.says} Runbook: ${runbookOf(name)}`,
          ...lookingAt(alarm, stage),
          EvaluationPeriods: alarm.of[1],
          DatapointsToAlarm: alarm.of[0],
          ComparisonOperator: COMPARISONS[alarm.is],
          Threshold: typeof alarm.threshold === 'number' ? alarm.threshold : alarm.threshold(monitoring),
          TreatMissingData: alarm.onSilence ? 'breaching' : 'notBreaching',
          AlarmActions: [topics[alarm.kind]],
          OKActions: [topics[alarm.kind]],
        },
      },
    ]),
  );
}

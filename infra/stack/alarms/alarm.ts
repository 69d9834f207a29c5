import type { MetricName } from '../../../lib/runtime/metrics.ts';
import { METRIC_NAMESPACE } from '../../../lib/runtime/metrics.ts';

/** The settings of a stage that its alarms and its dashboard depend on. serverless.yml has them under `custom.monitoring`. */
export interface Monitoring {
  readonly stage: string;
  /** The SNS topic for alarms that somebody must act on now. Empty: the stage has no alarms. */
  readonly alarmTopicArn: string;
  /** The SNS topic for alarms that can wait until tomorrow. Empty: the other topic gets these too. */
  readonly ticketTopicArn: string;
  /** As `rotationIntervalDays`; a text if it comes from the command line. */
  readonly rotationIntervalDays: number | string;
  readonly dashboard: 'on' | 'off';
}

/** A metric and its statistic, as an alarm or a widget reads it. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** `Sum`, `Maximum`, `SampleCount` or a percentile such as `p99`. */
  readonly stat: string;
  /** Dimensions of AWS's own metrics; the values are references to resources of the stack. Absent: the stage is the dimension. */
  readonly of?: Readonly<Record<string, unknown>>;
}

/** An alarm. packaging makes an `AWS::CloudWatch::Alarm` of it (alarm-resources.ts). */
export interface Alarm {
  /** `page`: users cannot work, or access is wider than it should be. `ticket`: it can wait until tomorrow. */
  readonly kind: 'page' | 'ticket';
  /** One plain sentence, which begins the alarm's description. */
  readonly says: string;
  /** The logical id of a resource. A stack without it has no such alarm. */
  readonly needs?: string;
  /** At most ten, by the names that `expression` uses: lower-case letters and digits (CloudWatch user guide, "Using metric math"). */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Metric math over the names of `metrics`. Absent: the alarm looks at the only metric. */
  readonly expression?: string;
  /** The seconds that one datapoint covers. */
  readonly period: number;
  /** The alarm goes off if `of[0]` of the last `of[1]` datapoints are beyond the threshold. */
  readonly of: readonly [number, number];
  readonly is: '>=' | '>' | '<';
  readonly threshold: number | ((monitoring: Monitoring) => number);
  /** Goes off if there is no data at all. Otherwise no data is no reason. */
  readonly onSilence?: true;
}

/** A metric of the service (lib/runtime/metrics.ts). */
export const own = (name: MetricName, stat = 'Sum'): Metric => ({ namespace: METRIC_NAMESPACE, name, stat });

/** A metric of AWS Lambda about a function, with all of its versions and aliases. @param id - such as `MintToken` */
export const ofFunction = (id: string, name: string, stat = 'Sum'): Metric => ({
  ...{ namespace: 'AWS/Lambda', name, stat },
  of: { FunctionName: { Ref: `${id}LambdaFunction` } },
});

/** A metric of API Gateway about the whole API. */
export const ofApi = (name: string, stat = 'Sum'): Metric => ({
  ...{ namespace: 'AWS/ApiGateway', name, stat },
  of: { ApiId: { Ref: 'HttpApi' } },
});

/** A metric of DynamoDB about the table. */
export const ofTable = (name: string, stat = 'Sum'): Metric => ({
  ...{ namespace: 'AWS/DynamoDB', name, stat },
  of: { TableName: { Ref: 'Table' } },
});

/** A metric of SQS about the failure queue. */
export const ofFailureQueue = (name: string, stat = 'Maximum'): Metric => ({
  ...{ namespace: 'AWS/SQS', name, stat },
  of: { QueueName: { 'Fn::GetAtt': ['FailureQueue', 'QueueName'] } },
});

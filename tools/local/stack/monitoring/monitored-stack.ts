import type { Monitoring } from '../../../../infra/stack/alarms/index.ts';
import { ACCOUNT, REGION } from '../../stand-ins/aws-account.ts';
import { PSEUDO_PARAMETERS, type References } from '../service/references.ts';
import type { ServiceConfig } from '../service/service-config.ts';
import { API_ID, FAILURE_QUEUE } from './aws-metrics.ts';

/** The settings by which the local stack gets the alarms and the dashboard of a stage. */
export const LOCAL_MONITORING: Monitoring = {
  stage: 'local',
  alarmTopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:local`,
  ticketTopicArn: '',
  rotationIntervalDays: 90,
  dashboard: 'on',
};

/** The stack that alarms and graphs look at. */
export interface MonitoredStack {
  /** The values of their references on this machine. */
  readonly references: References;
  /** Tells whether the stack has a resource, by its logical id. */
  readonly has: (id: string) => boolean;
}

/** Describes the resources of the service that alarms and graphs refer to. */
export function monitoredStack(config: ServiceConfig, tableName: string): MonitoredStack {
  const functions = Object.keys(config.functions).map((name) => [functionId(name), name] as const);
  const references: References = new Map([
    ...PSEUDO_PARAMETERS,
    ...functions,
    ['HttpApi', API_ID],
    ['Table', tableName],
    ['FailureQueue.QueueName', FAILURE_QUEUE],
  ]);
  const ids = new Set([...Object.keys(config.resources.Resources), ...functions.map(([id]) => id)]);
  return { references, has: (id) => ids.has(id) };
}

/** Makes the logical id that the Serverless CLI gives a function. */
const functionId = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;

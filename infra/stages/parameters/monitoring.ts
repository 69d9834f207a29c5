import * as z from 'zod';
import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

/** {@link ParameterGroup} */
export const MONITORING: ParameterGroup = {
  title: 'Alarms',
  parameters: {
    alarmTopicArn: {
      otherwise: 'no alarms',
      value: () => values.topicArn,
      allowed: 'the ARN of an SNS topic',
      does: 'The topic that gets the [alarms](runbooks/README.md) of the stage, and a message when each is over. See [below](#alarms-and-dashboard).',
    },
    ticketTopicArn: {
      otherwise: '`alarmTopicArn`',
      value: () => values.topicArn,
      allowed: 'the ARN of an SNS topic',
      does: 'The topic for the alarms that can wait until tomorrow. `alarmTopicArn` then gets those that cannot.',
    },
    proberSecretArn: {
      otherwise: 'no probes',
      variable: 'PROBER_SECRET_ARN',
      value: () => values.secretArn('layermint-prober-AbCdEf'),
      allowed: 'the ARN of a secret',
      does: "The secret with a client's credentials at your identity provider. With it, a function probes the service every five minutes. It needs `probeDocumentId`. See [probes.md](probes.md).",
    },
    dashboard: {
      default: 'off',
      value: () => z.enum(['on', 'off'], "must be 'on' or 'off', in quotes in YAML"),
      allowed: oneOf(["'on'", "'off'"]),
      does: 'If on, the stack has a CloudWatch dashboard, for 3 US dollars a month. See [below](#alarms-and-dashboard).',
    },
  },
};

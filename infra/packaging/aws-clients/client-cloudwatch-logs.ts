import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { Command, ServiceClient, type Service, type Settings } from './service-client.ts';

const CLOUDWATCH_LOGS: Service = {
  name: 'logs',
  variable: 'CLOUDWATCH_LOGS',
  target: 'Logs_20140328',
  json: '1.1',
  exceptions: {},
};

/** {@link ServiceClient} */
export class CloudWatchLogsClient extends ServiceClient {
  constructor(settings: Settings) {
    super(CLOUDWATCH_LOGS, settings);
  }
}

/** {@link sdk.CreateLogStreamCommand} */
export class CreateLogStreamCommand extends Command<sdk.CreateLogStreamCommandInput> {
  readonly operation = 'CreateLogStream';
}

/** {@link sdk.PutLogEventsCommand} */
export class PutLogEventsCommand extends Command<sdk.PutLogEventsCommandInput> {
  readonly operation = 'PutLogEvents';
}

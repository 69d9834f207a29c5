import { expect, test } from '@jest/globals';
import { PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { Deadline, DeadlineOverError } from '../../../../lib/runtime/deadline.ts';
import { createCloudWatchLogsClient } from '../../../../lib/wiring/parts/cloudwatch-logs.ts';
import { awsError, startAws } from '../../../support/cli/aws-answers.ts';
import { resourcesOfFile } from '../../../support/runtime/resources.ts';

const resources = resourcesOfFile();

test('The client of CloudWatch Logs does not write again after a thaw past the deadline', async () => {
  // The clock has no timers that fire: only the look before the second attempt can stop it.
  let now = 0;
  const operations: string[] = [];
  const aws = resources.adopt(
    await startAws((operation) => {
      operations.push(operation);
      now = 5000;
      return { ...awsError('ServiceUnavailableException'), status: 503 };
    }),
    (it) => it.close(),
  );
  const client = createCloudWatchLogsClient({
    endpoint: aws.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const clock = { now: () => now, sleep: () => new Promise<never>(() => undefined) };
  const put = new PutLogEventsCommand({ logGroupName: 'audit', logStreamName: 'one', logEvents: [] });

  await expect(Deadline.after(clock, 1000).run(() => client.send(put))).rejects.toThrow(DeadlineOverError);
  expect(operations).toEqual(['Logs_20140328.PutLogEvents']);
});

import { AWS_QUOTAS } from '../model/aws-quotas.ts';
import { billedMint, COLD_SHARE, KEY_REFRESH_MINUTES } from './durations.ts';
import type { Measured } from './measured.ts';

/** A limit of AWS or of the stage, and the use that tokens make of it. */
export interface Quota {
  readonly name: string;
  /** The limit, in units a second, or in units at once. */
  readonly limit: number;
  readonly unit: string;
  /** The units that one token a second uses, each from a request of its own. */
  readonly perToken: number;
  readonly remedy: string;
  readonly source: string;
}

/** The rates for which the use of each quota is shown, in tokens a second. */
export const RATES = [1, 100, 1000, 10_000] as const;

/** Lists the quotas that minting uses. All of AWS's are the defaults, for each account and region unless they say otherwise. */
export function quotasOf(measured: Measured): Quota[] {
  const { stage, minting, start } = measured;
  const { usual, newUsers } = minting;
  const reads = usual.readUnits / usual.tokens;
  const seconds = billedMint('usual', measured).mean / 1000;
  // A process mints until it has been busy for five minutes, or is new.
  const refreshes = seconds / (KEY_REFRESH_MINUTES * 60) + COLD_SHARE;
  return [
    {
      name: 'the stage: requests to a route (`throttleRatePerSecond`)',
      limit: stage.throttleRatePerSecond,
      unit: 'requests a second',
      perToken: 1,
      remedy: 'Raise `throttleRatePerSecond` and `throttleBurst`, and deploy.',
      source: 'infra/stages/parameters/api.ts',
    },
    {
      name: 'API Gateway: requests to all APIs',
      limit: AWS_QUOTAS.apiGatewayRate.limit,
      unit: 'requests a second; 2,500 in newer regions',
      perToken: 1,
      remedy: 'Ask for more in Service Quotas; mint in batches.',
      source: AWS_QUOTAS.apiGatewayRate.url,
    },
    {
      name: 'Lambda: invocations, ten for each concurrent execution of the account',
      limit: AWS_QUOTAS.lambdaInvocations.limit * AWS_QUOTAS.lambdaConcurrency.limit,
      unit: 'invocations a second with a concurrency of 1,000',
      perToken: 1,
      remedy: 'Ask for more concurrent executions in Service Quotas; mint in batches.',
      source: AWS_QUOTAS.lambdaInvocations.url,
    },
    {
      name: 'Lambda: concurrent executions',
      limit: AWS_QUOTAS.lambdaConcurrency.limit,
      unit: 'at once',
      perToken: seconds,
      remedy: 'Ask for more in Service Quotas. Look at the quota of your account first: a new one has less.',
      source: AWS_QUOTAS.lambdaConcurrency.url,
    },
    {
      name: 'Lambda: new processes of a function',
      limit: AWS_QUOTAS.lambdaScaling.limit / 10,
      unit: 'a second (1,000 in 10 seconds)',
      perToken: COLD_SHARE,
      remedy: 'Let the rate grow over minutes; this quota is fixed.',
      source: AWS_QUOTAS.lambdaScaling.url,
    },
    {
      name: 'DynamoDB: reads of a new table',
      limit: AWS_QUOTAS.newTableReads.limit,
      unit: 'read units a second; the double of an earlier peak later',
      perToken: reads,
      remedy: 'Let the rate grow to its double in 30 minutes, or warm the table (`WarmThroughput`).',
      source: AWS_QUOTAS.partitionReads.url,
    },
    {
      name: 'DynamoDB: reads of a table',
      limit: AWS_QUOTAS.tableReads.limit,
      unit: 'read units a second',
      perToken: reads,
      remedy: 'Ask for more in Service Quotas.',
      source: AWS_QUOTAS.tableReads.url,
    },
    {
      name: 'DynamoDB: reads of one document, if all tokens are for it',
      limit: AWS_QUOTAS.partitionReads.limit,
      unit: 'read units a second of a partition',
      perToken: reads,
      remedy: 'This quota is fixed. Longer tokens (`defaultTtlSeconds`) are asked for less often.',
      source: AWS_QUOTAS.partitionReads.url,
    },
    {
      name: 'DynamoDB: writes of one document, if every user is new to it',
      limit: AWS_QUOTAS.partitionWrites.limit,
      unit: 'write units a second of a partition',
      // The index is a table of its own, with other partitions: the document's partition takes half of the units.
      perToken: newUsers.writeUnits / newUsers.tokens / 2,
      remedy: 'This quota is fixed. Clients repeat what is answered with 503; spread the first opening.',
      source: AWS_QUOTAS.partitionReads.url,
    },
    {
      name: 'DynamoDB: reads of the published keys, by processes that start',
      limit: AWS_QUOTAS.partitionReads.limit,
      unit: 'read units a second of a partition',
      perToken: COLD_SHARE * start.keyReads,
      remedy: 'Not reached before the quota of new processes.',
      source: AWS_QUOTAS.partitionReads.url,
    },
    {
      name: 'Secrets Manager: GetSecretValue',
      limit: AWS_QUOTAS.secretReads.limit,
      unit: 'calls a second',
      perToken: refreshes * start.secretCalls,
      remedy: 'Not reached before the quota of new processes.',
      source: AWS_QUOTAS.secretReads.url,
    },
  ];
}

/** Computes the tokens a second that a quota allows. */
export const allows = ({ limit, perToken }: Quota): number => limit / perToken;

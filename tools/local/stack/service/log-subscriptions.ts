import * as z from 'zod';
import { ACCOUNT, REGION } from '../../stand-ins/aws-account.ts';
import { logGroupOf, type SubscriptionFilter } from '../../stand-ins/cloudwatch-logs/index.ts';
import { resolveText, type References } from './references.ts';
import type { ServiceConfig } from './service-config.ts';

const Properties = z.object({
  LogGroupName: z.unknown(),
  FilterPattern: z.string(),
  DestinationArn: z.unknown(),
});

/**
 * Lists the subscription filters of serverless.yml.
 *
 * @param references - of the resources of serverless.yml; those to functions and their log groups are added
 * @throws {UnresolvedReferenceError} for a filter of another group, or with another destination, than this service has
 */
export function subscriptionFiltersOf(
  { functions, resources: { Resources } }: ServiceConfig,
  references: References,
): SubscriptionFilter[] {
  const names = Object.keys(functions);
  const all = new Map([...references, ...names.flatMap(generatedFor)]);
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::Logs::SubscriptionFilter')
    .map(([name, resource]) => {
      const { LogGroupName, FilterPattern, DestinationArn } = Properties.parse(resource.Properties);
      const destination = resolveText(DestinationArn, all, `DestinationArn of ${name}`);
      return {
        name,
        logGroup: resolveText(LogGroupName, all, `LogGroupName of ${name}`),
        pattern: FilterPattern,
        functionName: destination.split(':')[6] ?? '',
      };
    });
}

/** Lists the references to the resources that the Serverless CLI generates for a function. */
function generatedFor(name: string): [string, string][] {
  const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const group = logGroupOf(name);
  return [
    [`${id}LogGroup`, group],
    [`${id}LogGroup.Arn`, `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:*`],
    [`${id}LambdaFunction`, name],
    [`${id}LambdaFunction.Arn`, `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`],
  ];
}

import { REGION } from './values.ts';

/** The partition of a region, which every ARN of the region begins with (AWS General Reference, "Amazon Resource Names"). */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Of CloudFront, which takes its resources from one region. Their own schemas check that. */
const OF_CLOUDFRONT = ['webAclArn', 'cloudFrontCertificateArn'];

/**
 * Checks that all resources of a stage are in its own region. Those of IAM have none, and only have to be in its partition.
 *
 * @returns every fault, one sentence each, which begins with the parameter's name
 */
export function checkArns(parameters: Readonly<Record<string, unknown>>): string[] {
  const { region } = parameters;
  if (typeof region !== 'string' || !REGION.test(region)) return [];
  return Object.entries(parameters).flatMap(([parameter, value]) => {
    if (typeof value !== 'string' || !value.startsWith('arn:')) return [];
    if (OF_CLOUDFRONT.includes(parameter)) return [];
    const [, partition, , own] = value.split(':');
    if (own !== '' && own !== region) return [`${parameter}: must be in the stage's region, ${region}`];
    if (partition === partitionOf(region)) return [];
    return [`${parameter}: must begin with arn:${partitionOf(region)}: in the region ${region}`];
  });
}

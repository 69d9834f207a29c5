import type { StageParameters } from './check-parameters.ts';

/**
 * Checks the parameters of a stage's domain against each other.
 *
 * @returns every fault, one sentence each, which begins with the parameter's name
 */
export function checkDomain(parameters: StageParameters): string[] {
  const { domainName, certificateArn, hostedZoneId, basePath, executeApiEndpoint } = parameters;
  if (domainName === undefined) {
    return [
      ...Object.entries({ certificateArn, hostedZoneId, basePath })
        .filter(([, value]) => value !== undefined)
        .map(([name]) => `${name}: needs domainName`),
      ...(executeApiEndpoint === 'off'
        ? ["executeApiEndpoint: 'off' needs domainName, or nobody could reach the API"]
        : []),
    ];
  }
  if (hostedZoneId === undefined || certificateArn !== undefined) return [];
  return ['hostedZoneId: needs certificateArn; without it the domain exists already, and has its records'];
}

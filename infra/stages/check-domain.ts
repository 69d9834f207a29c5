import type { StageParameters } from './check-parameters.ts';

/**
 * Checks the parameters of a stage's domain against each other.
 *
 * @returns every fault, one sentence each, which begins with the parameter's name
 */
export function checkDomain(parameters: StageParameters): string[] {
  return [...checkNames(parameters), ...checkDistribution(parameters)];
}

/** The parameters without which a distribution cannot be made. */
const FOR_DISTRIBUTION = ['certificateArn', 'cloudFrontCertificateArn', 'originSecretArn'];

function checkDistribution(parameters: StageParameters): string[] {
  const { webAclArn, cloudFrontCertificateArn, originSecretArn, originSecretSha256 } = parameters;
  if (webAclArn === undefined || webAclArn === '') {
    return Object.entries({ cloudFrontCertificateArn, originSecretArn, originSecretSha256 })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => `${name}: needs webAclArn`);
  }
  return [
    ...FOR_DISTRIBUTION.filter((name) => parameters[name] === undefined).map(
      (name) => `webAclArn: needs ${name}`,
    ),
    ...(parameters['executeApiEndpoint'] === 'off'
      ? []
      : ["webAclArn: needs executeApiEndpoint 'off', or API Gateway's own address leads around the web ACL"]),
  ];
}

function checkNames(parameters: StageParameters): string[] {
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

import { ServiceConfig } from '../../../tools/local/stack/service/service-config.ts';

/** A service with every function and resource that an alarm or a graph needs. */
export const WHOLE_SERVICE: ServiceConfig = ServiceConfig.parse({
  provider: {},
  functions: Object.fromEntries(
    ['mintToken', 'sweepRevocations', 'checkKeys', 'probeService', 'recordAudit', 'authorizeCaller'].map(
      (name) => [name, { handler: 'functions/any.handler' }],
    ),
  ),
  resources: { Resources: { RotationSchedule: { Type: 'AWS::SecretsManager::RotationSchedule' } } },
});

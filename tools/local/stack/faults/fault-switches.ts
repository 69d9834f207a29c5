import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { generateSigningKey } from '../demo/demo-signing-key.ts';
import type { AwsMetrics } from '../monitoring/aws-metrics.ts';
import type { WatchedFunctions } from '../monitoring/watched-functions.ts';
import type { DeployedService } from '../service/deployed-service.ts';
import type { Surroundings } from '../surroundings.ts';
import { systemClock } from '../../../../lib/runtime/clock.ts';
import type { DocumentEngineOperation } from '../../stand-ins/document-engine/index.ts';
import type { Throttle } from '../../stand-ins/api-gateway/index.ts';
import { damageHolder } from './damaged-holder.ts';
import { ageSigningKey } from './old-signing-key.ts';
import type { FaultName } from './fault-table.ts';

/** Ends a fault. */
export type EndFault = () => void | Promise<void>;

/** Brings each fault about. Those of a real Document Engine throw an UnusableDocumentEngineError. */
export type FaultSwitches = Readonly<Record<FaultName, () => EndFault | Promise<EndFault>>>;

/** The parts of a stack that can be broken. */
export interface BreakableParts {
  readonly surroundings: Surroundings;
  readonly functions: WatchedFunctions;
  readonly service: Pick<DeployedService, 'tableName' | 'definitions' | 'signingKeySecretArn'>;
  readonly aws: AwsMetrics;
  readonly throttle: Throttle;
}

const ENGINE_OPERATIONS: readonly DocumentEngineOperation[] = [
  ...(['add-secret', 'list-secrets', 'rotate-secret', 'change-expiry', 'revoke'] as const),
  ...(['list-layers', 'upload', 'health', 'cover', 'open'] as const),
];

const SECRET_OPERATIONS = [
  'GetSecretValue',
  'DescribeSecret',
  'PutSecretValue',
  'RotateSecret',
  'UpdateSecretVersionStage',
] as const;

/** Makes the switches of a stack. */
export function faultSwitches({
  surroundings,
  functions,
  service,
  aws,
  throttle,
}: BreakableParts): FaultSwitches {
  const { documentEngine, dynamoDB, secretsManager, cloudWatchLogs, issuer } = surroundings;
  const engine = (fault: 'server-error' | 'hang') =>
    together(ENGINE_OPERATIONS.map((operation) => documentEngine.inject(operation, fault)));
  const takeOver = async (others: 'dropped' | 'kept'): Promise<EndFault> => {
    const { publicKey } = await generateSigningKey(systemClock);
    return documentEngine.takeOver(publicKey, others);
  };
  const table = (fault: 'server-error' | 'throttled' | 'slow'): EndFault =>
    dynamoDB.inject(fault, (operation, refused) => {
      aws.tableRefused(service.tableName, operation, refused === 'throttled' ? 'throttled' : 'system-error');
    });
  const rotate = async (): Promise<void> => {
    await secretsManager.client().send(new RotateSecretCommand({ SecretId: service.signingKeySecretArn }));
    await secretsManager.rotationsEnded();
  };
  return {
    'document-engine': () => engine('server-error'),
    'document-engine-slow': () => engine('hang'),
    'document-engine-keys': () => takeOver('dropped'),
    'document-engine-keys-refused': async () => {
      const refuse = documentEngine.inject('add-secret', 'server-error');
      return together([await takeOver('dropped'), refuse]);
    },
    'foreign-key': () => takeOver('kept'),
    'secrets-manager': () =>
      together(SECRET_OPERATIONS.map((operation) => secretsManager.inject(operation, 'server-error'))),
    dynamodb: () => table('server-error'),
    'dynamodb-throttling': () => table('throttled'),
    'dynamodb-slow': () => table('slow'),
    issuer: async () => {
      const end = issuer.fail();
      // A warm process of the authorizer has the keys for an hour.
      if (service.definitions.some(({ name }) => name === 'authorizeCaller'))
        await functions.restart('authorizeCaller');
      return end;
    },
    rotation: async () => {
      const end = documentEngine.inject('add-secret', 'server-error');
      await rotate();
      return async () => {
        end();
        // AWS repeats a rotation that failed. The error says that it does.
        await rotate().catch(() => secretsManager.rotationsEnded());
      };
    },
    sweeper: () => functions.inject('unscheduled', ['sweepRevocations']),
    'mint-crash': () => functions.inject('crashing', ['mintToken']),
    'lambda-throttling': () => functions.inject('throttled', ['mintToken']),
    'refused-revocation': () => documentEngine.refuseRevocation(),
    'document-engine-forgets-revocations': () => documentEngine.forgetRevocations(),
    'unreadable-holder': () => damageHolder(dynamoDB, service.tableName),
    'api-throttling': () => throttle.limit({ rate: 0.1, burst: 1 }),
    'old-signing-key': () => ageSigningKey(secretsManager.client(), service.signingKeySecretArn, systemClock),
    audit: () => cloudWatchLogs.inject('PutLogEvents', 'server-error'),
    'key-check': () => functions.inject('unscheduled', ['checkKeys']),
    prober: () => functions.inject('unscheduled', ['probeService']),
  };
}

const together = (ends: readonly (() => void)[]): EndFault => {
  return () => {
    for (const end of ends) end();
  };
};

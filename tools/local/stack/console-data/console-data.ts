import type { Clock } from '../../../../lib/runtime/clock.ts';
import { parseEnvironment } from '../../../../lib/runtime/environment.ts';
import type { Logger } from '../../../../lib/runtime/log.ts';
import { ROTATION_FUNCTION } from '../../../rotation-function.ts';
import type { LocalCredentials } from '../../stand-ins/aws-account.ts';
import { localClient } from '../../stand-ins/aws-account.ts';
import type { LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import type { Functions } from '../../stand-ins/lambda/index.ts';
import type { DeployedService } from '../service/deployed-service.ts';
import type { Surroundings } from '../surroundings.ts';
import { decisionsRoute } from './decisions-route.ts';
import { KeyRotation } from './key-rotation.ts';
import { signingKeyRoutes, type KeysState } from './signing-key-routes.ts';

/** The parts of a stack whose audit records and signing keys are shown. */
export interface ShownParts {
  readonly service: DeployedService;
  readonly surroundings: Pick<Surroundings, 'cloudWatchLogs' | 'dynamoDB' | 'secretsManager'>;
  readonly functions: Pick<Functions, 'restart'>;
  readonly awsCredentials: LocalCredentials;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Serves what the console shows of this stack alone: its latest audit records, and its signing keys. */
export function consoleDataRoutes(parts: ShownParts): readonly LocalRoute[] {
  const { service, surroundings, clock, log } = parts;
  const { auditLogGroup } = service;
  const { cloudWatchLogs } = surroundings;
  const lines = (): readonly string[] =>
    auditLogGroup === undefined ? [] : cloudWatchLogs.lines(auditLogGroup);
  const rotation = new KeyRotation((report) => rotate(parts, report), clock, log);
  return [decisionsRoute(lines), signingKeyRoutes(() => stateOf(parts), rotation)];
}

/** Loads the code of `npm run keys`, which the start of a stack does not need, and connects it to this stack. */
async function keysOf({ service, surroundings, functions, awsCredentials }: ShownParts) {
  const [{ SIGNING_FUNCTIONS }, { dependenciesOf }, { environment: ofRotation }] = await Promise.all([
    import('../../../cli/keys/keys-stage.ts'),
    import('../../../cli/keys/dependencies.ts'),
    import('../../../../lib/wiring/rotate-signing-key.ts'),
  ]);
  const definition = service.definitions.find(({ name }) => name === ROTATION_FUNCTION);
  const stage = {
    name: 'local',
    options: '--local',
    environment: parseEnvironment(ofRotation, definition?.environment ?? {}),
    aws: {
      dynamoDB: localClient(surroundings.dynamoDB.url, awsCredentials),
      secretsManager: localClient(surroundings.secretsManager.url, awsCredentials),
    },
    replaceProcesses: async () => {
      for (const name of SIGNING_FUNCTIONS) await functions.restart(name);
    },
  };
  return { stage, dependencies: dependenciesOf(stage) };
}

async function stateOf(parts: ShownParts): Promise<KeysState> {
  const { stage, dependencies } = await keysOf(parts);
  const { signingKeysStatus } = await import('../../../../lib/rotation/index.ts');
  const { statusTable } = await import('../../../cli/keys/status-table.ts');
  const { rotationEnabled } = await dependencies.secret.labels();
  const status = await signingKeysStatus(dependencies);
  const table = statusTable(status, rotationEnabled, stage);
  return { status, rotationEnabled, interval: dependencies.interval, table };
}

/** Rotates as `npm run keys -- rotate --local` does. */
async function rotate(parts: ShownParts, report: (line: string) => void): Promise<void> {
  const { stage, dependencies } = await keysOf(parts);
  const [{ rotateBySecretsManager }, { assertNoEmergency }] = await Promise.all([
    import('../../../cli/keys/replaced-while-running.ts'),
    import('../../../cli/keys/unfinished-emergency.ts'),
  ]);
  const { UsageError } = await import('../../../cli/errors.ts');
  if (!(await dependencies.secret.labels()).rotationEnabled)
    throw new UsageError(
      'Rotation is off: make the next key with npm run keys -- generate --local, and follow docs/operations.md.',
    );
  await assertNoEmergency(stage, dependencies);
  await rotateBySecretsManager(stage, dependencies, report);
}

import { createLogger } from '../../../lib/log.ts';
import { type RotationDependencies } from '../../../lib/signing-keys/rotation/index.ts';
import { rotationOf } from '../../../lib/wiring/rotation.ts';
import { type KeysStage } from './stage.ts';

/** What the command works with. What the library logs goes to standard error; nothing here counts for CloudWatch. */
export function dependenciesOf({ environment }: KeysStage): RotationDependencies {
  const log = createLogger('warn', (line) => process.stderr.write(line));
  return rotationOf(environment, { ...log, count: () => undefined, gauge: () => undefined });
}

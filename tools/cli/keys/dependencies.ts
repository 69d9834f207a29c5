import { createLogger } from '../../../lib/runtime/log.ts';
import { type RotationDependencies } from '../../../lib/rotation/index.ts';
import { rotationOf } from '../../../lib/wiring/rotate-signing-key.ts';
import { type KeysStage } from './keys-stage.ts';

/** Connects rotation to a stage. The library's log goes to standard error, and no metric is written. */
export function dependenciesOf({ environment, aws }: KeysStage): RotationDependencies {
  const log = createLogger('warn', (line) => process.stderr.write(line));
  return rotationOf(environment, { ...log, count: () => undefined, gauge: () => undefined }, aws);
}

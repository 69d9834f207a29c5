import { isEmergencyUnfinished, type RotationDependencies } from '../../../lib/rotation/index.ts';
import { UsageError } from '../command.ts';
import { type KeysStage } from './keys-stage.ts';

/** Says what to do about an emergency that has not come to its end: nothing else completes it. */
export function unfinishedEmergency({ options }: Pick<KeysStage, 'options'>): string {
  return `An emergency has not come to its end, and the leaked key may still verify or sign: run \`npm run keys -- rotate --emergency ${options}\` again.`;
}

/**
 * Makes sure that a rotation can do something.
 *
 * @throws UsageError where an emergency has not come to its end
 */
export async function assertNoEmergency(stage: KeysStage, dependencies: RotationDependencies): Promise<void> {
  if (await isEmergencyUnfinished(dependencies)) throw new UsageError(unfinishedEmergency(stage));
}

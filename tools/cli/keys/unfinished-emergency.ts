import { isEmergencyUnfinished, type RotationDependencies } from '../../../lib/rotation/index.ts';
import { UsageError } from '../errors.ts';
import { type KeysStage } from './keys-stage.ts';

/** Tells the user to repeat an unfinished emergency rotation: nothing else completes it. */
export function unfinishedEmergency({ options }: Pick<KeysStage, 'options'>): string {
  return `An emergency rotation is unfinished, and the leaked key may still verify or sign: run \`npm run keys -- rotate --emergency ${options}\` again.`;
}

/**
 * Makes sure that an ordinary rotation is useful.
 *
 * @throws UsageError if an emergency rotation is unfinished
 */
export async function assertNoEmergency(stage: KeysStage, dependencies: RotationDependencies): Promise<void> {
  if (await isEmergencyUnfinished(dependencies)) throw new UsageError(unfinishedEmergency(stage));
}

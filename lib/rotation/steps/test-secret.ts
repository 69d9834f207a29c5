import { DocumentEngineUnexpectedError } from '../errors.ts';
import type { RotationRun } from '../rotation-run.ts';

/** Verifies that Document Engine accepts tokens of the pending key and refuses those of a throwaway key. */
export async function testSecret(run: RotationRun): Promise<void> {
  const [accepted] = await run.probe([await run.pair()]);
  if (accepted === true) return;
  throw new DocumentEngineUnexpectedError(
    'Document Engine does not accept the pending key, although it was registered. Check that its JWT_ALGORITHM is ' +
      `${run.dependencies.algorithm} and its REPLACE_SECRETS_FROM_ENV is false`,
  );
}

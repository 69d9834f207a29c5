import { acceptSigningKey, NoSigningKeyError, UnusableSigningKeyError } from '../signing-keys/index.ts';
import { assertNoneRuns } from './lease/held-lease.ts';
import type { RotationDependencies } from './rotation-run.ts';

/** A secret version that waits to become current, and never can. */
export interface UnusablePending {
  readonly version: string;
  /** The reason, as a sentence without its full stop. */
  readonly fault: string;
}

/**
 * Looks at the version that waits: the one with the label AWSPENDING, unless it is the current one.
 *
 * @returns its id, with the fault if it has a value that is no usable key. Undefined if none waits
 */
export async function waitingVersion({
  secret,
  algorithm,
}: Pick<RotationDependencies, 'secret' | 'algorithm'>): Promise<
  { readonly version: string; readonly hasValue: boolean; readonly fault?: string } | undefined
> {
  const labels = await secret.labels();
  const version = labels.versionWith('AWSPENDING');
  if (version === undefined || version === labels.versionWith('AWSCURRENT')) return undefined;
  const value = await secret.read(version);
  if (value === undefined) return { version, hasValue: false };
  try {
    await acceptSigningKey(value, algorithm);
    return { version, hasValue: true };
  } catch (error) {
    if (error instanceof NoSigningKeyError)
      return { version, hasValue: true, fault: 'It holds {"state": "none"}' };
    if (!(error instanceof UnusableSigningKeyError)) throw error;
    return { version, hasValue: true, fault: error.message };
  }
}

/**
 * Detaches AWSPENDING from a version that can never become current, so that Secrets Manager begins another rotation. It would repeat
 * the steps for that version without end: a version keeps its value, and cannot be given another one.
 *
 * No step of that rotation can do anything with such a key, so nothing is interrupted. If an earlier release or another algorithm
 * has taken the key as far as Document Engine, the lease remembers its entry, and the next rotation ends it.
 *
 * @param andEmpty - drop a version without a value, too: a rotation has begun there and made no key
 * @returns the dropped version; undefined if there was none
 * @throws RotationUnderWayError if the version has no value, and the rotation may be about to write it
 */
export async function dropUnusablePending(
  dependencies: Pick<RotationDependencies, 'secret' | 'algorithm' | 'table' | 'clock'>,
  andEmpty: boolean,
): Promise<UnusablePending | undefined> {
  const waiting = await waitingVersion(dependencies);
  if (waiting === undefined) return undefined;
  const { version, hasValue, fault = 'It has no value' } = waiting;
  if (hasValue ? waiting.fault === undefined : !andEmpty) return undefined;
  if (!hasValue) await assertNoneRuns(dependencies);
  await dependencies.secret.takeOff('AWSPENDING', version);
  return { version, fault };
}

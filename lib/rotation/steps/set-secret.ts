import { secondsOf } from '../../runtime/clock.ts';
import { overlapOf, publishKey, spkiOf } from '../../signing-keys/index.ts';
import { register } from '../registration.ts';
import type { RotationRun } from '../rotation-run.ts';

/** Registers the pending key with Document Engine, and publishes it. */
export async function setSecret(run: RotationRun): Promise<void> {
  const { table, clock, longestLife, interval } = run.dependencies;
  const pair = await run.pair();
  const now = secondsOf(clock);
  await keepFormerEntries(run);
  const { refusal } = await register(run.keys, {
    publicKey: spkiOf(pair.publicKey),
    expiry: run.expiryOf('new'),
    atLeast: now + overlapOf(longestLife),
    until: now + interval + overlapOf(longestLife),
  });
  if (refusal !== undefined) {
    // After an earlier attempt it may be there already, even as the current key.
    const [accepted] = await run.probe([pair]);
    if (accepted !== true) throw refusal;
  }
  await publishKey(table, pair, 'pending', longestLife);
}

/** Writes the present entries to the checkpoint. Once the rotation has added its own, they could not be told apart. */
async function keepFormerEntries({ keys, lease }: RotationRun): Promise<void> {
  const foreign = (await keys.others()).map(({ id }) => id);
  const current = (await keys.entries()).find(({ expiresAt }) => expiresAt === undefined)?.id;
  await lease.keep({ foreign, ...(current !== undefined && { current }) });
}

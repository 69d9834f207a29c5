import { secondsOf } from '../../runtime/clock.ts';
import { toSeconds } from '../../runtime/time.ts';
import { overlapOf, publishKey, readPublishedKeys, spkiOf } from '../../signing-keys/index.ts';
import { forgetEntries } from '../ownership/lost-entries.ts';
import { findReplaceable } from '../ownership/replaceable.ts';
import { register } from '../registration.ts';
import type { RotationRun } from '../rotation-run.ts';

/** Registers the pending key with Document Engine, and publishes it. */
export async function setSecret(run: RotationRun): Promise<void> {
  const { table, clock, longestLife, interval, secret } = run.dependencies;
  const pair = await run.pair();
  const now = secondsOf(clock);
  await keepFormerEntries(run);
  await recordCurrentEntry(run);
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
  const createdAt = await secret.keySince(run.version);
  const made = { ...pair, createdAt: createdAt && toSeconds(createdAt) };
  await publishKey(table, made, 'pending', longestLife, await run.idsOf('new'));
}

/** Writes the present entries to the checkpoint. Once the rotation has added its own, they could not be told apart. */
async function keepFormerEntries(run: RotationRun): Promise<void> {
  const { keys, lease, dependencies } = run;
  if (lease.checkpoint.foreign !== undefined) {
    await run.assertReplaceable();
    return;
  }
  const { id, isOwn } = await findReplaceable(dependencies, keys, lease.checkpoint);
  if (!isOwn) await forgetLostEntries(run);
  const foreign = (await keys.others()).map((entry) => entry.id);
  await lease.keep({ foreign, ...(id !== undefined && { current: id, currentIsOwn: isOwn }) });
}

/** Forgets the recorded entries if Document Engine no longer has the key that signs: it has lost them. */
async function forgetLostEntries(run: RotationRun): Promise<void> {
  const { table } = run.dependencies;
  const pair = (await run.replaced())?.pair;
  if (pair === undefined) return;
  const [accepted] = await run.probe([pair]);
  if (accepted === true) return;
  await forgetEntries(table);
}

/** Records the entry of the key that signs with the key, so that every later rotation knows it. */
async function recordCurrentEntry(run: RotationRun): Promise<void> {
  const { current, currentIsOwn } = run.lease.checkpoint;
  const { table, longestLife } = run.dependencies;
  const pair = (await run.replaced())?.pair;
  if (pair === undefined || current === undefined || currentIsOwn !== true) return;
  const published = await readPublishedKeys(table);
  if (published.some(({ entryIds }) => entryIds?.has(current))) return;
  await publishKey(table, pair, 'current', longestLife, [current]);
}

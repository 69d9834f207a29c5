import { publishKey, spkiOf, type KeyPair } from '../../signing-keys/index.ts';
import { DocumentEngineUnexpectedError } from '../errors.ts';
import { livesUntil, longPast } from '../key-list.ts';
import { endPermission } from '../ownership/foreign-key.ts';
import { register } from '../registration.ts';
import type { ReplacedKey, RotationRun } from '../rotation-run.ts';
import { retireOthers } from './retire-others.ts';

/** Makes the pending key current, first at Document Engine, then for the processes that sign. */
export async function finishSecret(run: RotationRun): Promise<void> {
  const { version, formerVersion, lease } = run;
  const { secret, log } = run.dependencies;
  const pair = await run.pair();
  if (formerVersion !== version) {
    const replaced = await run.replaced();
    const entry = await replaceAtDocumentEngine(run, pair, replaced);
    await publish(run, pair, replaced, entry);
    await lease.renew();
    await secret.makeCurrent(version, formerVersion ?? '');
    log.info('AWSCURRENT is on the new key: processes that sign fetch it from now on', {
      version,
      kid: pair.kid,
    });
  }
  await retireOthers(run, pair);
  await endPermission(run.dependencies.table);
  await lease.end();
  log.count('SigningKeyRotated');
}

/** @returns the id of the new key's entry; undefined if the list shows the same current entry as before */
async function replaceAtDocumentEngine(
  run: RotationRun,
  pair: KeyPair,
  replaced: ReplacedKey | undefined,
): Promise<number | undefined> {
  const { keys, lease } = run;
  await run.assertReplaceable();
  const isListed = !replaced || (await register(keys, replaced)).listed;
  await recordOldEntry(run, replaced);
  // Again, as late as possible: another stage may have rotated meanwhile.
  const isPerhapsReplaced = await run.assertReplaceable();
  const before = (await keys.current())?.id;
  await lease.keep({
    ...(replaced?.pair && { oldKid: replaced.pair.kid }),
    entries: (await keys.others()).map(({ id }) => id),
  });
  await lease.renew();
  if (!isPerhapsReplaced) await keys.rotate(spkiOf(pair.publicKey));
  // Must follow at once: until then the old key may verify nothing, see `Rotation`.
  if (replaced && !isListed) await add(run, replaced);
  const current = (await keys.current())?.id;
  const entry = isPerhapsReplaced || current !== before ? current : undefined;
  // At once, so that the entry is known even if this rotation is abandoned. What an interrupted attempt left is proven first.
  if (!isPerhapsReplaced && entry !== undefined) await recordEntry(run, pair, entry);
  if (replaced) await assureLife(run, replaced);
  await endPendingEntry(run);
  await assureAccepted(run, pair, replaced, isPerhapsReplaced);
  return entry;
}

async function recordEntry({ dependencies }: RotationRun, pair: KeyPair, entry: number): Promise<void> {
  await publishKey(dependencies.table, pair, 'pending', dependencies.longestLife, [entry]);
}

/** Records the entries of the replaced key with it. It signs, so it is published as current. */
async function recordOldEntry(run: RotationRun, replaced: ReplacedKey | undefined): Promise<void> {
  if (replaced?.pair === undefined) return;
  const { table, longestLife } = run.dependencies;
  await publishKey(table, replaced.pair, 'current', longestLife, await run.idsOf('old'));
}

async function add({ keys }: RotationRun, { publicKey, expiry, until }: ReplacedKey): Promise<void> {
  // A refusal is ignored: Document Engine may still have the key. The callers check the list, or probe the key.
  await keys.add(publicKey, expiry.notBefore(until));
}

/**
 * Ensures that an entry of the replaced key lives long enough. If it has no entry of its own, the recorded ones are extended, or else
 * the one that Document Engine kept when it was rotated. That one holds another key if an operator has let this rotation replace it.
 */
async function assureLife(
  { keys, lease }: RotationRun,
  { expiry, atLeast, until, entryIds }: ReplacedKey,
): Promise<void> {
  const before = new Set(lease.checkpoint.entries);
  const others = await keys.others();
  const recorded = others.filter(({ id }) => entryIds?.has(id));
  const kept = recorded.length > 0 ? recorded : others.filter(({ id }) => !before.has(id));
  if ([...others.filter(expiry.isOn), ...kept].some((entry) => livesUntil(entry, atLeast))) return;
  for (const { id } of kept) {
    const refusal = await keys.changeExpiry(id, expiry.notBefore(until));
    if (refusal) throw refusal;
  }
  if (kept.length > 0) return;
  throw new DocumentEngineUnexpectedError(
    'Document Engine lists no expiry for the replaced key, so the key could expire while its tokens are in use',
  );
}

/** Ends the new key's pending entry, so that the probe after it shows that the current entry verifies, which never expires. */
async function endPendingEntry(run: RotationRun): Promise<void> {
  const { clock, log } = run.dependencies;
  for (const { id } of (await run.keys.entries()).filter(run.expiryOf('new').isOn)) {
    const refusal = await run.keys.changeExpiry(id, longPast(clock));
    if (refusal)
      log.warn('the entry of the pending key could not be ended early; it will expire', {
        version: run.version,
      });
  }
}

async function assureAccepted(
  run: RotationRun,
  pair: KeyPair,
  replaced: ReplacedKey | undefined,
  isPerhapsReplaced: boolean,
): Promise<void> {
  const both = [pair, ...(replaced?.pair ? [replaced.pair] : [])];
  let [acceptsNew, acceptsOld] = await run.probe(both);
  if (replaced && acceptsOld === false) {
    await add(run, replaced);
    [acceptsNew, acceptsOld] = await run.probe(both);
  }
  if (acceptsNew === true && acceptsOld !== false) return;
  // The attempt before this one did not come as far as to rotate, and somebody else has rotated since.
  if (acceptsNew !== true && isPerhapsReplaced) throw await run.foreignKey();
  throw new DocumentEngineUnexpectedError(
    `Document Engine does not accept the ${acceptsNew === true ? 'replaced key, although it was added again' : 'new key, although it was rotated to it'}`,
  );
}

async function publish(
  run: RotationRun,
  pair: KeyPair,
  replaced: ReplacedKey | undefined,
  entry: number | undefined,
): Promise<void> {
  // A process may be about to sign with the replaced key without having recorded it. Published, it is retired with the others.
  const { table, longestLife } = run.dependencies;
  if (replaced?.pair) await publishKey(table, replaced.pair, 'current', longestLife, await run.idsOf('old'));
  await publishKey(table, pair, 'current', longestLife, entry === undefined ? [] : [entry]);
}

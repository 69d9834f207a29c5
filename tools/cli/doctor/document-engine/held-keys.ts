import type { JwtSecret } from '../../../../lib/document-engine/index.ts';
import { secondsOf, systemClock } from '../../../../lib/runtime/clock.ts';
import { nowVerifies, readPublishedKeys, type PublishedKey } from '../../../../lib/signing-keys/index.ts';
import { tableOf } from '../../../../lib/wiring/parts/dynamodb-table.ts';
import { textOf, type CheckedStage, type Deployed } from '../checked-stage.ts';
import { failed, notChecked, ok, type Finding } from '../finding.ts';
import { notAnswered } from '../aws/aws-refusal.ts';
import { HOW_TO_SET, RESTART, unseenRestart } from './document-engine-restart.ts';

const CURRENT = "Document Engine's current key is the one that signs";

/**
 * Compares Document Engine's list with the keys in the stage's table. The table holds public keys alone.
 *
 * @param entries - Document Engine's list; undefined if it could not be read
 */
export async function* checkHeldKeys(
  stage: CheckedStage,
  deployed: Deployed,
  entries: readonly JwtSecret[] | undefined,
): AsyncGenerator<Finding> {
  if (textOf(stage, 'rotation') === 'off' || entries === undefined) {
    if (entries === undefined) yield notChecked(CURRENT, 'the list of Document Engine could not be read');
    yield* unseenRestart(stage);
    return;
  }
  let published: PublishedKey[];
  try {
    published = await readPublishedKeys(tableOf({ TABLE_NAME: deployed.tableName }, stage.aws.dynamoDB));
  } catch (error) {
    yield notAnswered(CURRENT, error instanceof Error ? (error.cause ?? error) : error, 'dynamodb:Query');
    yield* unseenRestart(stage);
    return;
  }
  const now = secondsOf(systemClock);
  const signed = published.filter((key) => key.state !== 'pending' && nowVerifies(key, now));
  const missing = missingOf(signed, entries);
  if (missing > 0) {
    yield failed(
      RESTART,
      `it has lost ${missing} of the ${signed.length} public keys with which tokens of the stage are signed`,
      `It was probably restarted with REPLACE_SECRETS_FROM_ENV=true. ${HOW_TO_SET} Then: npm run keys -- status ${stage.options}`,
    );
    return;
  }
  yield checkCurrent(stage, published, entries);
  yield* unseenRestart(stage);
}

/** Counts the keys without an entry. The id of an entry shows its key; version 0.1.0 recorded no ids, so its keys are counted. */
function missingOf(signed: readonly PublishedKey[], entries: readonly JwtSecret[]): number {
  const lost = signed.filter(
    ({ entryIds }) => entryIds !== undefined && !entries.some(({ id }) => entryIds.has(id)),
  );
  return Math.max(lost.length, signed.length - entries.length);
}

/** Compares Document Engine's current key, the one without an expiry, with the key that signs. */
function checkCurrent(
  stage: CheckedStage,
  published: readonly PublishedKey[],
  entries: readonly JwtSecret[],
): Finding {
  const signing = published.find(({ state }) => state === 'current');
  const current = entries.find(({ expiresAt }) => expiresAt === undefined);
  const status = `npm run keys -- status ${stage.options}`;
  if (signing === undefined) return notChecked(CURRENT, 'the stage has no signing key yet');
  if (current === undefined || signing.entryIds === undefined) {
    return notChecked(
      CURRENT,
      'no id of its entry is recorded yet',
      `With a test token, this shows it: ${status}`,
    );
  }
  if (signing.entryIds.has(current.id)) return ok(CURRENT, `id ${current.id} is the key ${signing.kid}`);
  return failed(
    CURRENT,
    `id ${current.id} is another key than the one that signs, ${signing.kid}`,
    `The next rotation would stop, as it replaces no key of others. One Document Engine belongs to one stage. The cure: ${status}`,
  );
}

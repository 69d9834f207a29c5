import type { JwtSecret } from '../../../../lib/document-engine/index.ts';
import { secondsOf, systemClock } from '../../../../lib/runtime/clock.ts';
import { nowVerifies, readPublishedKeys, type PublishedKey } from '../../../../lib/signing-keys/index.ts';
import { tableOf } from '../../../../lib/wiring/parts/dynamodb-table.ts';
import { textOf, type CheckedStage, type Deployed } from '../checked-stage.ts';
import { failed, notChecked, type Finding } from '../finding.ts';
import { notAnswered } from '../aws/aws-refusal.ts';
import { HOW_TO_SET, RESTART, unseenRestart } from './document-engine-restart.ts';

const HELD = 'Document Engine holds every key that the stage publishes';

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
    if (entries === undefined) yield notChecked(HELD, 'the list of Document Engine could not be read');
    yield* unseenRestart(stage);
    return;
  }
  let published: PublishedKey[];
  try {
    published = await readPublishedKeys(tableOf({ TABLE_NAME: deployed.tableName }, stage.aws.dynamoDB));
  } catch (error) {
    yield notAnswered(HELD, error instanceof Error ? (error.cause ?? error) : error, 'dynamodb:Query');
    yield* unseenRestart(stage);
    return;
  }
  const now = secondsOf(systemClock);
  const signed = published.filter((key) => key.state !== 'pending' && nowVerifies(key, now));
  if (entries.length >= signed.length) {
    yield* unseenRestart(stage);
    return;
  }
  yield failed(
    RESTART,
    `it holds ${entries.length} of the ${signed.length} public keys with which tokens of the stage are signed`,
    `It was probably restarted with REPLACE_SECRETS_FROM_ENV=true. ${HOW_TO_SET} Then: npm run keys -- rotate ${stage.options}`,
  );
}

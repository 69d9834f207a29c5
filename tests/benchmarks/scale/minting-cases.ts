import { decide, GrantStore, type Grant } from '../../../lib/grants/index.ts';
import { mintTokenHandler } from '../../../lib/http/routes/tokens/mint-token.ts';
import { principalsOf, type Subject } from '../../../lib/identity/index.ts';
import { secondsOf } from '../../../lib/runtime/clock.ts';
import { grant, group, user } from '../../support/grants/grants.ts';
import { lambdaContext } from '../../support/http/events.ts';
import { TTL } from '../scenario.ts';
import type { Timed } from './cpu-time.ts';
import {
  callerIn,
  DOCUMENT,
  grantsOfOthers,
  groupName,
  requestBy,
  scaleWorld,
  type ScaleWorld,
} from './scale-world.ts';

/** The sizes of a case. */
export interface MintingSizes {
  /** All grants on the document. */
  readonly grants: number;
  /** The groups of the caller. */
  readonly groups: number;
  /** The number of the caller's groups that have a grant. The caller has one too. */
  readonly grantedGroups: number;
}

/** The counted work of one warm mint. */
export interface MintingCounts {
  readonly calls: number;
  /** The keys asked for, found or not, and the items that queries returned. */
  readonly items: number;
  readonly readUnits: number;
}

/** A case, its counts, and the calls to time. */
export interface MintingCase {
  readonly sizes: MintingSizes;
  readonly counts: MintingCounts;
  /** Serves a request, up to the answer for API Gateway. */
  readonly mint: Timed;
  /** Decides from the caller's grants, without a read. */
  readonly decide: Timed;
}

const ASKED = { layer: '', ttlSeconds: TTL.default };

/** Milliseconds after which a read of a new holder item counts by itself (lib/tokens/ruling.ts). */
const SETTLED_AFTER = 17 * 60_000;

/** Makes a case. Its first mint was long enough ago, so that all others are warm. */
export async function mintingCase(sizes: MintingSizes): Promise<MintingCase> {
  const caller = callerIn(sizes.groups);
  const world = await scaleWorld(
    [grantsOfOthers(sizes.grants - sizes.grantedGroups - 1)],
    [
      grant(user(caller.userId), 'annotator'),
      ...Array.from({ length: sizes.grantedGroups }, (_, index) =>
        grant(group(groupName(index)), 'commenter'),
      ),
    ],
  );
  const mint = mintOf(world, caller);
  await mint();
  world.clock.advance(SETTLED_AFTER);
  // The later end of this token can need a write, which all others do not.
  await mint();
  return {
    sizes,
    counts: await countsOf(world, mint),
    mint,
    decide: decisionOf(world, caller, await grantsOf(world, caller)),
  };
}

function mintOf({ dependencies }: ScaleWorld, caller: Subject): () => Promise<void> {
  const handler = mintTokenHandler(dependencies);
  const event = requestBy(caller, { body: { documentId: DOCUMENT, ...ASKED } });
  return async () => {
    const { statusCode, body = '' } = await handler(event, lambdaContext());
    if (statusCode !== 201) throw new Error(`The mint answered ${String(statusCode)}: ${body}`);
  };
}

async function countsOf({ aws }: ScaleWorld, mint: () => Promise<void>): Promise<MintingCounts> {
  aws.calls.clear();
  aws.readUnits = 0;
  aws.itemsRead = 0;
  await mint();
  const calls = [...aws.calls.values()].reduce((sum, count) => sum + count, 0);
  return { calls, items: aws.itemsRead, readUnits: aws.readUnits };
}

async function grantsOf({ dependencies }: ScaleWorld, caller: Subject): Promise<Grant[]> {
  const slots = await new GrantStore(dependencies.table).read(DOCUMENT, principalsOf(caller));
  return slots.flatMap(({ grant: found }) => found ?? []);
}

function decisionOf({ dependencies, clock }: ScaleWorld, subject: Subject, grants: readonly Grant[]) {
  const at = secondsOf(clock);
  const question = { subject, layer: '', at, notAfter: at + TTL.default };
  return () => {
    const { outcome } = decide(question, grants, dependencies);
    if (outcome !== 'allowed') throw new Error('The measured decision is a refusal');
  };
}

import { type Roles } from '../../../lib/grants/index.ts';
import { ROLES } from '../grants/administration.ts';
import { type PublishedKey } from '../../../lib/signing-keys/index.ts';
import { inspectToken, type Inspection, type InspectRequest } from '../../../lib/tokens/index.ts';
import { ManualClock, NOON } from '../runtime/clock.ts';
import { subject } from '../grants/grants.ts';
import { newPublishedKey, publishedItem } from '../signing-keys/published-keys.ts';
import { signedText } from '../signing-keys/signed-texts.ts';
import { MemoryTable } from '../table/memory-table.ts';

/** The signing key of this deployment. */
export const { pair, published } = newPublishedKey('ES256');

/** The header of a correct token. */
export const HEADER = { alg: 'ES256', typ: 'JWT', kid: 'ES256' };

/** The claims of a correct token. */
export const CLAIMS = {
  document_id: 'contract',
  permissions: ['read-document', 'write'],
  user_id: 'alice',
  iat: NOON,
  exp: NOON + 900,
  jti: 'a-family',
};

/** An inspector without the right to know whether the token was revoked. */
const STRANGER = { subject: subject('mallory'), mayRevoke: false };

/** The parts of an inspection that a test sets. */
export interface Given extends Partial<InspectRequest> {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly keys?: readonly PublishedKey[];
  readonly inspector?: typeof STRANGER;
  readonly table?: MemoryTable;
  readonly roles?: Roles;
}

/** Inspects a correct token, changed by the given parts. */
export async function inspect(given: Given = {}): Promise<Inspection> {
  const {
    header,
    claims,
    keys = [published],
    inspector = STRANGER,
    table = new MemoryTable(),
    roles = ROLES,
  } = given;
  for (const key of keys) table.store(publishedItem(key));
  const { jwt = signedText({ ...HEADER, ...header }, { ...CLAIMS, ...claims }, pair.privateKey), ...asked } =
    given;
  return inspectToken(
    {
      jwt,
      ...(asked.documentId !== undefined && { documentId: asked.documentId }),
      ...(asked.layer !== undefined && { layer: asked.layer }),
    },
    inspector,
    { table, roles, algorithm: 'ES256', clock: new ManualClock() },
  );
}

/** Lists the rules that the token breaks. */
export const failedIn = ({ checks }: Inspection): string[] =>
  checks.filter(({ ok }) => !ok).map(({ rule }) => rule);

/** Finds the check of a rule. */
export const ruleIn = ({ checks }: Inspection, wanted: string) => checks.find(({ rule }) => rule === wanted);

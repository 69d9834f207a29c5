import { secondsOf, type Clock } from '../../runtime/clock.ts';
import { DEFAULT_LAYER } from '../../document-engine/index.ts';
import type { Roles } from '../../grants/index.ts';
import { readPublishedKeys, type Algorithm } from '../../signing-keys/index.ts';
import { check, isAccepted, shown, type Check } from './check.ts';
import { claimChecks } from './claim-checks.ts';
import { decode, type JsonObject } from './decoding.ts';
import { tokenIn } from './pasted-text.ts';
import { revocationChecks, type Inspector } from './revocation-checks.ts';
import { signatureChecks } from './signature-checks.ts';
import { timeChecks } from './time-checks.ts';
import { kindCheck } from './token-kind.ts';
import { MAX_TOKEN_BYTES } from '../lifetime.ts';
import type { Table } from '../../table/index.ts';

/** A string to inspect as a client token, with the document and layer to open. */
export interface InspectRequest {
  readonly jwt: string;
  /** The document that it should open; absent = any. */
  readonly documentId?: string;
  /** The layer that it should open, `""` = the default layer; absent = any. */
  readonly layer?: string;
}

/** The findings on a token. */
export interface Inspection {
  /** True if Document Engine would accept it now. A broken rule that Document Engine does not document makes it false too. */
  readonly accepted: boolean;
  readonly checks: readonly Check[];
  /** Null if they could not be read. */
  readonly header: JsonObject | null;
  readonly claims: JsonObject | null;
}

export interface InspectDependencies {
  readonly table: Table;
  /** They define owners. */
  readonly roles: Roles;
  /** The stage's algorithm. */
  readonly algorithm: Algorithm;
  readonly clock: Clock;
}

/**
 * Checks rule by rule whether Document Engine would accept a client token. Any string gets a result.
 *
 * @throws StoreUnavailableError if the published keys or the holder cannot be read
 */
export async function inspectToken(
  request: InspectRequest,
  inspector: Inspector,
  { table, roles, algorithm, clock }: InspectDependencies,
): Promise<Inspection> {
  const at = secondsOf(clock);
  const pasted = tokenIn(request.jwt);
  const token = decode(pasted.jwt);
  const published = await readPublishedKeys(table);
  const signature = signatureChecks(token, { algorithm, published, at });
  const isOurs = signature.some(({ rule, ok }) => rule === 'signature' && ok);
  const { claims } = token;
  const checks = [
    pasted.check,
    ...token.checks,
    // Before the signature: a token of another kind has another key.
    ...(claims ? [kindCheck(claims)] : []),
    lengthCheck(pasted.jwt),
    ...signature,
    ...(claims ? [...timeChecks(claims, at), ...claimChecks(claims), ...askedChecks(claims, request)] : []),
    ...(claims && isOurs ? await revocationChecks(claims, inspector, { table, roles }, at) : []),
  ];
  return { accepted: isAccepted(checks), checks, header: token.header ?? null, claims: claims ?? null };
}

function lengthCheck(jwt: string): Check {
  return check(
    { rule: 'length', basis: 'advice', expected: `at most ${MAX_TOKEN_BYTES} bytes` },
    {
      actual: `${Buffer.byteLength(jwt)} bytes`,
      fault:
        Buffer.byteLength(jwt) > MAX_TOKEN_BYTES
          ? 'Ask for fewer permissions: a token travels in URLs and headers, which servers limit to about 8 KB.'
          : undefined,
    },
  );
}

function askedChecks(claims: JsonObject, { documentId, layer }: InspectRequest): Check[] {
  const { document_id: ofToken, layer: layerOfToken = DEFAULT_LAYER } = claims;
  return [
    ...(documentId === undefined
      ? []
      : [
          check(
            { rule: 'document-asked-for', basis: 'documented', expected: shown(documentId) },
            {
              actual: shown(ofToken),
              fault:
                ofToken === documentId
                  ? undefined
                  : 'Mint a token for this document. A token opens only the document that it names.',
            },
          ),
        ]),
    ...(layer === undefined
      ? []
      : [
          check(
            { rule: 'layer-asked-for', basis: 'documented', expected: shown(layer) },
            {
              actual: shown(layerOfToken),
              fault:
                layerOfToken === layer
                  ? undefined
                  : 'Mint a token for this layer. A token opens only the layer that it names, or the default layer ("").',
            },
          ),
        ]),
  ];
}

import type { DocumentEngineClient, JwtSecret } from '../document-engine/index.ts';
import type { Clock } from '../runtime/clock.ts';
import {
  NoSigningKeyError,
  UnusableSigningKeyError,
  parseSigningKeySecret,
  readPublishedKeys,
  type Algorithm,
  type KeyPair,
  type PublishedKey,
} from '../signing-keys/index.ts';
import { isEmergencyUnfinished } from './emergency.ts';
import { probe } from './probe.ts';
import type { SigningKeySecret, StagingLabel } from './signing-key-secret.ts';
import { LayermintError } from '../runtime/errors.ts';
import type { Table } from '../table/index.ts';

/** A key, as far as each side knows it. */
export interface SigningKeyStatus {
  readonly kid: string;
  /** The staging labels on its secret version; none if the secret does not hold it any more. */
  readonly labels: readonly StagingLabel[];
  readonly published?: PublishedKey;
  /** True if Document Engine accepts its tokens; undefined without the private half to ask with, or without an answer. */
  readonly accepted?: boolean;
}

/** Everything there is to know of the signing keys. */
export interface SigningKeysStatus {
  readonly keys: readonly SigningKeyStatus[];
  /**
   * One sentence for each fault of a version that a label is on, and for an answer that Document Engine refused. There is no
   * fault in a label on `{"state": "none"}`.
   */
  readonly faults: readonly string[];
  /** Document Engine's list, which does not tell which entry is which key; undefined if it does not answer. */
  readonly entries: readonly JwtSecret[] | undefined;
  /** True while an emergency has not come to its end: a leaked key may verify or sign, however well the rest looks. */
  readonly emergencyUnfinished: boolean;
}

/** The sources of the status. */
export interface StatusDependencies {
  readonly secret: SigningKeySecret;
  readonly documentEngine: DocumentEngineClient;
  readonly table: Table;
  readonly algorithm: Algorithm;
  readonly probeDocumentId?: string;
  readonly clock: Clock;
}

const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;

/**
 * Tells the state of each signing key in Secrets Manager, in the table and at Document Engine. While Document Engine
 * does not answer, the other two are told all the same.
 */
export async function signingKeysStatus(dependencies: StatusDependencies): Promise<SigningKeysStatus> {
  const { pairs, labelsOf, faults } = await readPairs(dependencies);
  const published = await readPublishedKeys(dependencies.table);
  const { entries, accepted, fault } = await askDocumentEngine([...pairs.values()], dependencies);
  const acceptedByKid = new Map([...pairs.keys()].map((kid, index) => [kid, accepted[index]]));
  const kids = new Set([...pairs.keys(), ...published.map(({ kid }) => kid)]);
  return {
    keys: [...kids].map((kid) => {
      const one = published.find((key) => key.kid === kid);
      const takes = acceptedByKid.get(kid);
      return {
        kid,
        labels: labelsOf.get(kid) ?? [],
        ...(one && { published: one }),
        ...(takes !== undefined && { accepted: takes }),
      };
    }),
    faults: [...faults, ...(fault === undefined ? [] : [fault])],
    entries,
    emergencyUnfinished: await isEmergencyUnfinished(dependencies),
  };
}

/** Asks Document Engine for its list and which keys it accepts; if it answers only in part, also why. */
async function askDocumentEngine(
  pairs: readonly KeyPair[],
  { documentEngine, clock, probeDocumentId }: StatusDependencies,
): Promise<{
  readonly entries: readonly JwtSecret[] | undefined;
  readonly accepted: readonly boolean[];
  readonly fault?: string;
}> {
  let entries: readonly JwtSecret[] | undefined;
  try {
    entries = await documentEngine.listSecrets();
    return { entries, accepted: await probe(pairs, documentEngine, clock, probeDocumentId) };
  } catch (error) {
    if (!(error instanceof LayermintError)) throw error;
    return { entries, accepted: [], fault: error.message };
  }
}

async function readPairs({ secret, algorithm }: StatusDependencies): Promise<{
  readonly pairs: ReadonlyMap<string, KeyPair>;
  readonly labelsOf: ReadonlyMap<string, StagingLabel[]>;
  readonly faults: readonly string[];
}> {
  const pairs = new Map<string, KeyPair>();
  const labelsOf = new Map<string, StagingLabel[]>();
  const faults: string[] = [];
  const labels = await secret.labels();
  for (const label of LABELS) {
    const version = labels.versionWith(label);
    const value = version === undefined ? undefined : await secret.read(version);
    if (value === undefined) continue;
    try {
      const pair = await parseSigningKeySecret(value, algorithm);
      pairs.set(pair.kid, pair);
      labelsOf.set(pair.kid, [...(labelsOf.get(pair.kid) ?? []), label]);
    } catch (error) {
      if (error instanceof NoSigningKeyError) continue;
      if (!(error instanceof UnusableSigningKeyError)) throw error;
      faults.push(`${label}: ${error.message}`);
    }
  }
  return { pairs, labelsOf, faults };
}

import type { DocumentEngineClient, JwtSecret } from '../document-engine/index.ts';
import type { Clock } from '../runtime/clock.ts';
import {
  acceptSigningKey,
  NoSigningKeyError,
  UnusableSigningKeyError,
  readPublishedKeys,
  type Algorithm,
  type KeyPair,
  type PublishedKey,
} from '../signing-keys/index.ts';
import { isEmergencyUnfinished } from './emergency.ts';
import { foreignKeyIn } from './ownership/foreign-key.ts';
import { ownersOf, type Owner } from './ownership/owners.ts';
import { probe } from './probe.ts';
import type { RotationDependencies } from './rotation-run.ts';
import type { SigningKeySecret, StagingLabel } from './signing-key-secret.ts';
import { LayermintError } from '../runtime/errors.ts';
import type { Table } from '../table/index.ts';

/** The state of one key in Secrets Manager, in the table and at Document Engine. */
export interface SigningKeyStatus {
  readonly kid: string;
  /** The staging labels of its secret version; none if no labelled version holds it. */
  readonly labels: readonly StagingLabel[];
  readonly published?: PublishedKey;
  /** True if Document Engine accepts its tokens; undefined without the private half, or without an answer. */
  readonly accepted?: boolean;
}

/** An entry of Document Engine's list; `owner` is absent if nothing shows that it is this stage's or the predecessor's. */
export interface OwnedEntry extends JwtSecret {
  readonly owner?: Owner;
}

/** The state of all signing keys. */
export interface SigningKeysStatus {
  readonly keys: readonly SigningKeyStatus[];
  /**
   * One sentence for each labelled version with an unusable key, with the label and the version's id, and one if Document Engine
   * did not answer in full. `{"state": "none"}` is not a fault, except in a version that waits to become current.
   */
  readonly faults: readonly string[];
  /** The secret version of a rotation that has begun and has made no key yet. */
  readonly begun?: string;
  /** Document Engine's list, with the owner of each entry if it is known; undefined if it did not answer. */
  readonly entries: readonly OwnedEntry[] | undefined;
  /** Says whose key is Document Engine's current one, with the cure, if the next rotation would stop because of it. */
  readonly foreign?: string;
  /** True while an emergency rotation is unfinished: a leaked key may still verify or sign, even if the rest looks well. */
  readonly emergencyUnfinished: boolean;
}

export interface StatusDependencies {
  readonly secret: SigningKeySecret;
  readonly documentEngine: DocumentEngineClient;
  readonly table: Table;
  readonly algorithm: Algorithm;
  readonly predecessor?: RotationDependencies['predecessor'];
  readonly probeDocumentId?: string;
  readonly clock: Clock;
}

const LABELS = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;

/**
 * Collects the state of each signing key from Secrets Manager, the table and Document Engine. If Document Engine does not
 * answer, the result still has the other two, and the reason is among the faults.
 */
export async function signingKeysStatus(dependencies: StatusDependencies): Promise<SigningKeysStatus> {
  const { pairs, labelsOf, faults, begun } = await readPairs(dependencies);
  const published = await readPublishedKeys(dependencies.table);
  const { entries, accepted, fault } = await askDocumentEngine([...pairs.values()], dependencies);
  const acceptedByKid = new Map([...pairs.keys()].map((kid, index) => [kid, accepted[index]]));
  const kids = new Set([...pairs.keys(), ...published.map(({ kid }) => kid)]);
  const [signs] = [...labelsOf].flatMap(([kid, labels]) => (labels.includes('AWSCURRENT') ? [kid] : []));
  const signing = signs === undefined ? undefined : { kid: signs, accepted: acceptedByKid.get(signs) };
  const owners = ownersOf(entries ?? [], { published, predecessor: dependencies.predecessor, signing });
  const foreign = await foreignKeyIn({ entries: entries ?? [], owners, published, signing }, dependencies);
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
    entries: entries?.map((entry) => {
      const owner = owners.get(entry.id);
      return { ...entry, ...(owner !== undefined && { owner }) };
    }),
    ...(begun !== undefined && { begun }),
    ...(foreign !== undefined && { foreign }),
    emergencyUnfinished: await isEmergencyUnfinished(dependencies),
  };
}

/** Asks Document Engine for its list, and which keys it accepts. `fault` says why a part is missing. */
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

async function readPairs(dependencies: StatusDependencies): Promise<{
  readonly pairs: ReadonlyMap<string, KeyPair>;
  readonly labelsOf: ReadonlyMap<string, StagingLabel[]>;
  readonly faults: readonly string[];
  readonly begun?: string;
}> {
  const { secret, algorithm } = dependencies;
  const pairs = new Map<string, KeyPair>();
  const labelsOf = new Map<string, StagingLabel[]>();
  const faults: string[] = [];
  let begun: string | undefined;
  const labels = await secret.labels();
  for (const label of LABELS) {
    const version = labels.versionWith(label);
    const value = version === undefined ? undefined : await secret.read(version);
    const waits = label === 'AWSPENDING' && version !== labels.versionWith('AWSCURRENT');
    if (value === undefined) {
      if (waits) begun = version;
      continue;
    }
    try {
      const pair = await acceptSigningKey(value, algorithm);
      pairs.set(pair.kid, pair);
      labelsOf.set(pair.kid, [...(labelsOf.get(pair.kid) ?? []), label]);
    } catch (error) {
      if (!(error instanceof UnusableSigningKeyError || error instanceof NoSigningKeyError)) throw error;
      if (error instanceof NoSigningKeyError && !waits) continue;
      const cure = waits ? `. No rotation can use it. ${dropping(labels.rotationEnabled)}` : '';
      faults.push(`${label}, version ${version}: ${error.message}${cure}`);
    }
  }
  return { pairs, labelsOf, faults, ...(begun !== undefined && { begun }) };
}

/** Names the commands that drop a version that waits and can never become current. */
function dropping(rotationEnabled: boolean): string {
  const commands = rotationEnabled ? '"rotate" or "import"' : '"generate" or "import"';
  return `The next ${commands} drops it; tokens of users stay valid`;
}

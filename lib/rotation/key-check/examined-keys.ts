import type { JwtSecret } from '../../document-engine/index.ts';
import { secondsOf } from '../../runtime/clock.ts';
import {
  NoSigningKeyError,
  parseSigningKeySecret,
  readPublishedKeys,
  UnusableSigningKeyError,
  type KeyPair,
  type PublishedKey,
} from '../../signing-keys/index.ts';
import { RotationRefusedError } from '../errors.ts';
import type { KeyList } from '../key-list.ts';
import { foreignKeyIn } from '../ownership/foreign-key.ts';
import { ownersOf } from '../ownership/owners.ts';
import { probe } from '../probe.ts';
import type { RotationDependencies } from '../rotation-run.ts';
import type { SecretLabels } from '../signing-key-secret.ts';
import {
  CHECKED_LABELS,
  checkedKey,
  endingEntry,
  entriesOf,
  type CheckedKey,
  type LabelledKey,
} from './checked-key.ts';
import { outlivingEntries, type OutlivingEntry } from './outliving-entries.ts';

/** A key, and Document Engine's answer to its probe. */
export interface ExaminedKey extends CheckedKey {
  readonly accepted: boolean;
}

/** The state of this stage's keys at Document Engine at one moment. */
export interface Examination {
  /** The keys whose tokens can be live, AWSCURRENT first. */
  readonly keys: readonly ExaminedKey[];
  /** The `kid` of the key with the label AWSCURRENT if it must not sign any more. */
  readonly withdrawn?: string;
  /** Says whose key is Document Engine's current one, with the cure, if it is not this stage's. */
  readonly foreign?: string;
  /** The entry of the key that signs that ends too early, see {@link endingEntry}. */
  readonly ending?: JwtSecret;
  /** The entries that verify for longer than their key may, see {@link outlivingEntries}. */
  readonly outliving: readonly OutlivingEntry[];
  /** True if an interrupted check has added an entry and not recorded it. */
  readonly unrecorded: boolean;
  /** True if Document Engine takes its one key from its environment: nothing can be registered there. */
  readonly rotationOff: boolean;
}

/**
 * Looks at the keys in Secrets Manager, in the table and at Document Engine. It changes nothing. No rotation may run beside it.
 *
 * @param abandoned - true if a rotation has begun and not finished
 * @throws RotationRefusedError if the key that signs cannot be read, DocumentEngineUnexpectedError if probes prove nothing. Errors of
 * the Document Engine client, the table and the SDK are passed on
 */
export async function examine(
  dependencies: RotationDependencies,
  list: KeyList,
  abandoned: boolean,
): Promise<Examination> {
  const { secret, table, documentEngine, clock, probeDocumentId, predecessor } = dependencies;
  const labels = await secret.labels();
  const { rotationEnabled } = labels;
  const published = await readPublishedKeys(table);
  const labelled = await labelledKeys(dependencies, labels, published);
  const now = secondsOf(clock);
  const checked = labelled.flatMap((key) => checkedKey(key, now, dependencies) ?? []);
  const accepted = await probe(
    checked.map(({ pair }) => pair),
    documentEngine,
    clock,
    probeDocumentId,
  );
  const keys = checked.map((key, index) => ({ ...key, accepted: accepted[index] === true }));
  const current = keys.find(({ label }) => label === 'AWSCURRENT');
  const signs = labelled.find(({ label }) => label === 'AWSCURRENT');
  const base = {
    keys,
    ...(signs !== undefined && current === undefined && { withdrawn: signs.pair.kid }),
    outliving: [],
    unrecorded: false,
    rotationOff: !rotationEnabled,
  };
  if (!rotationEnabled || labelled.length === 0) return base;

  const entries = await list.entries();
  const outliving = outlivingEntries(entries, published, clock);
  if (current === undefined) return { ...base, outliving };
  const signing = { kid: current.pair.kid, accepted: current.accepted };
  const owners = ownersOf(entries, { published, predecessor, signing });
  const foreign = await foreignKeyIn({ entries, owners, published, signing, abandoned }, dependencies);
  const permanent = entries.find(({ expiresAt }) => expiresAt === undefined);
  const owner = permanent && owners.get(permanent.id);
  const isPermanent = typeof owner === 'object' && owner.kid === current.pair.kid;
  const ending = isPermanent || !current.accepted ? undefined : endingEntry(current, entries);
  return {
    ...base,
    ...(foreign !== undefined && { foreign }),
    ...(ending !== undefined && { ending }),
    outliving,
    unrecorded:
      current.accepted &&
      !isPermanent &&
      entriesOf(current, entries).some(({ id }) => current.published?.entryIds?.has(id) !== true),
  };
}

async function labelledKeys(
  { secret, algorithm }: RotationDependencies,
  labels: SecretLabels,
  published: readonly PublishedKey[],
): Promise<LabelledKey[]> {
  const keys: LabelledKey[] = [];
  // With rotation off, Document Engine holds one key.
  for (const label of labels.rotationEnabled ? CHECKED_LABELS : CHECKED_LABELS.slice(0, 1)) {
    const version = labels.versionWith(label);
    const value = version === undefined ? undefined : await secret.read(version);
    if (version === undefined || value === undefined) continue;
    const pair = await pairOf(value, label, algorithm);
    if (pair === undefined) continue;
    keys.push({ label, version, pair, published: published.find(({ kid }) => kid === pair.kid) });
  }
  return keys;
}

/** Reads a key as minting reads it; undefined if there is none yet, or a replaced one that no token of this algorithm has. */
async function pairOf(
  value: string,
  label: LabelledKey['label'],
  algorithm: RotationDependencies['algorithm'],
): Promise<KeyPair | undefined> {
  try {
    return await parseSigningKeySecret(value, algorithm);
  } catch (error) {
    if (error instanceof NoSigningKeyError) return undefined;
    if (!(error instanceof UnusableSigningKeyError)) throw error;
    if (label === 'AWSPREVIOUS') return undefined;
    throw new RotationRefusedError(`The key that signs cannot be read: ${error.message}`);
  }
}

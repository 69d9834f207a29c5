import {
  type OwnedEntry,
  type SigningKeysStatus,
  type SigningKeyStatus,
} from '../../../lib/rotation/index.ts';
import { type KeysStage } from './keys-stage.ts';
import { unfinishedEmergency } from './unfinished-emergency.ts';

const HEAD = ['key (kid)', 'Secrets Manager', 'published as', 'verifies until', 'Document Engine'];

/** Lists every signing key with its state in Secrets Manager, the table and Document Engine, then Document Engine's entries and all faults. */
export function statusTable(
  status: SigningKeysStatus,
  rotationEnabled: boolean,
  stage: Pick<KeysStage, 'options'>,
): string {
  const { keys, faults, entries, foreign } = status;
  const rows = keys.map(rowOf);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    keys.length === 0 ? 'There is no signing key yet.' : [line(HEAD), ...rows.map(line)].join('\n'),
    '',
    rotationOf(status, rotationEnabled, stage),
    '',
    ...entryLines(entries),
    // With rotation off, nothing replaces that key.
    ...(rotationEnabled && foreign !== undefined ? [`\nWarning. ${foreign}.`] : []),
    ...faults.map((fault) => `\nFault. ${fault}`),
  ].join('\n');
}

function entryLines(entries: SigningKeysStatus['entries']): string[] {
  if (entries === undefined) return ['The public keys that Document Engine holds are not known.'];
  return [
    `Document Engine holds ${entries.length} public key${entries.length === 1 ? '' : 's'}:`,
    ...entries.map(({ id, expiresAt, owner }) => {
      const until = expiresAt === undefined ? 'current' : `until ${iso(expiresAt)}`;
      return `  id ${id}  ${until.padEnd(26)}  ${ownerOf(owner)}`;
    }),
  ];
}

function ownerOf(owner: OwnedEntry['owner']): string {
  if (owner === undefined) return 'not known to this stage';
  return owner === 'predecessor' ? "the predecessor's" : `this stage's ${owner.kid}`;
}

function rotationOf(
  { keys, begun, emergencyUnfinished }: SigningKeysStatus,
  rotationEnabled: boolean,
  stage: Pick<KeysStage, 'options'>,
): string {
  // With rotation off, a restart of Document Engine withdraws a leaked key.
  if (rotationEnabled && emergencyUnfinished) return `Rotation is on. ${unfinishedEmergency(stage)}`;
  const next = keys.find(({ labels }) => labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT'));
  const begins =
    begun === undefined || !rotationEnabled
      ? ''
      : ` A rotation has begun, and has no key yet (version ${begun}): "rotate" continues it.`;
  const waits = next === undefined ? begins : ` ${next.kid} waits: "rotate" continues with it.`;
  return rotationEnabled
    ? `Rotation is on.${waits}`
    : `Rotation is off, for a Document Engine that takes its key from its environment.${waits}`;
}

function rowOf({ kid, labels, published, accepted }: SigningKeyStatus): string[] {
  return [
    kid,
    labels.join(' ') || '-',
    published?.state ?? '-',
    published?.verifiesUntil === undefined ? '-' : iso(published.verifiesUntil),
    accepted === undefined ? 'not known' : accepted ? 'accepts it' : 'does not accept it',
  ];
}

/** Formats Unix seconds as RFC 3339 in UTC. */
function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

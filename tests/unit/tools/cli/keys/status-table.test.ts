import { describe, expect, test } from '@jest/globals';
import { type SigningKeysStatus } from '../../../../../lib/rotation/index.ts';
import { statusTable } from '../../../../../tools/cli/keys/status-table.ts';
import { NOON } from '../../../../support/runtime/clock.ts';

const FOREIGN = "Document Engine's current key (id 9 of its list) is not this stage's: …";

const shown = (status: Partial<SigningKeysStatus>, rotationEnabled = true): string =>
  statusTable({ keys: [], faults: [], entries: [], emergencyUnfinished: false, ...status }, rotationEnabled, {
    options: '--stage prod',
  });

test('status shows whose each entry of Document Engine is', () => {
  const until = NOON + 3600;
  const text = shown({
    entries: [
      { id: 5, expiresAt: until, owner: { kid: 'former' } },
      { id: 6, expiresAt: until, owner: 'predecessor' },
      { id: 7, expiresAt: until },
      { id: 14, owner: { kid: 'present' } },
    ],
  });

  expect(text).toContain(
    [
      'Document Engine holds 4 public keys:',
      "  id 5  until 2026-02-01T13:00:00Z  this stage's former",
      "  id 6  until 2026-02-01T13:00:00Z  the predecessor's",
      '  id 7  until 2026-02-01T13:00:00Z  not known to this stage',
      "  id 14  current                     this stage's present",
    ]
      .join('\n')
      .replaceAll('2026-02-01T13:00:00Z', new Date(until * 1000).toISOString().replace('.000Z', 'Z')),
  );
});

describe('a current key of another stage', () => {
  test('is shown as a warning, with the cure', () => {
    expect(shown({ foreign: FOREIGN })).toContain(`\nWarning. ${FOREIGN}.`);
  });

  test('is no matter if rotation is off, because nothing replaces it', () => {
    expect(shown({ foreign: FOREIGN }, false)).not.toContain('Warning');
  });
});

describe('a rotation that has begun and has no key yet', () => {
  const version = '0b1c2d3e-0000-4000-8000-000000000000';

  test('is named by its version, with the command that continues it', () => {
    expect(shown({ begun: version })).toContain(
      `Rotation is on. A rotation has begun, and has no key yet (version ${version}): "rotate" continues it.`,
    );
  });

  test('is not named if rotation is off, because nothing continues it', () => {
    expect(shown({ begun: version }, false)).not.toContain(version);
  });
});

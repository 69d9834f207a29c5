import { describe, expect, test } from '@jest/globals';
import { ROLES_WITHOUT_OWNER } from '../../../support/grants/administration.ts';
import { familyId, growHolder } from '../../../../lib/revocation/index.ts';
import { holderKey } from '../../../../lib/table/index.ts';
import { type Inspection } from '../../../../lib/tokens/index.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { grant, group, subject, user } from '../../../support/grants/grants.ts';
import { newPublishedKey } from '../../../support/signing-keys/published-keys.ts';
import { signedText } from '../../../support/signing-keys/signed-texts.ts';
import { MemoryTable } from '../../../support/table/memory-table.ts';
import { CLAIMS, failedIn, type Given, HEADER, inspect, ruleIn } from '../../../support/tokens/inspecting.ts';
import { tableOf } from '../../../support/tokens/minting.ts';

describe('Whether the family was revoked', () => {
  const EPOCH = NOON * 1000 - 60_000;

  /** Makes a table in which alice holds tokens for the contract, some of them revoked. */
  async function held(pending: Readonly<Record<string, number>> = {}): Promise<MemoryTable> {
    const table = await tableOf({
      contract: [
        grant(user('olivia'), 'owner'),
        grant(user('otto'), 'owner', { expiresAt: NOON }),
        grant(group('owners'), 'owner'),
        grant(user('mallory'), 'editor'),
      ],
      plan: [grant(user('paula'), 'owner')],
    });
    const key = holderKey('contract', 'alice');
    await growHolder(
      table,
      key,
      undefined,
      { expiresAt: NOON + 900, builtFrom: new Set(['USER#alice']) },
      EPOCH,
    );
    table.store({ ...table.stored(key), ...key, pending });
    return table;
  }

  async function ofFamily(epoch: number, given: Given = {}): Promise<Inspection> {
    const jti = familyId('contract', 'alice', epoch);
    return inspect({ table: await held(), ...given, claims: { ...given.claims, jti } });
  }

  const ALICE = { subject: subject('alice'), mayRevoke: false };

  test('is shown to the token’s own user', async () => {
    expect(await ofFamily(EPOCH, { inspector: ALICE })).toMatchObject({ accepted: true });
    const revoked = await ofFamily(EPOCH - 1, { inspector: ALICE });
    expect(revoked.accepted).toBe(false);
    expect(failedIn(revoked)).toEqual(['revoked']);
  });

  test('tells if Document Engine has yet to confirm the revocation', async () => {
    const table = await held({ [EPOCH - 1]: NOON + 900 });
    const pending = await ofFamily(EPOCH - 1, { inspector: ALICE, table });
    expect(ruleIn(pending, 'revoked')?.detail).toContain('Document Engine has yet to confirm that');
  });

  test.each([
    ['a caller with the right to revoke', { subject: subject('admin'), mayRevoke: true }],
    ['an owner of the document', { subject: subject('olivia'), mayRevoke: false }],
    ['an owner through a group', { subject: subject('gina', ['owners']), mayRevoke: false }],
  ])('is shown to %s', async (_who, inspector) => {
    expect(failedIn(await ofFamily(EPOCH - 1, { inspector }))).toEqual(['revoked']);
  });

  test.each([
    ['an editor of the document', subject('mallory')],
    ['an owner with an expired grant', subject('otto')],
    ['an owner of another document', subject('paula')],
  ])('is not shown to %s, and neither is the existence of a record', async (_who, person) => {
    const inspector = { subject: person, mayRevoke: false };
    const revoked = await ofFamily(EPOCH - 1, { inspector });
    const current = await ofFamily(EPOCH, { inspector });
    const unknown = await inspect({ inspector, claims: { user_id: 'nobody' } });
    for (const inspection of [revoked, current, unknown]) {
      expect(inspection.accepted).toBe(true);
      expect(ruleIn(inspection, 'revoked')).toEqual(ruleIn(current, 'revoked'));
      expect(ruleIn(inspection, 'revoked')).toMatchObject({ actual: 'not looked up' });
    }
  });

  test('is shown to no owner if the role file has no owners any more', async () => {
    const inspector = { subject: subject('olivia'), mayRevoke: false };
    const inspection = await ofFamily(EPOCH - 1, { inspector, roles: ROLES_WITHOUT_OWNER });
    expect(inspection.accepted).toBe(true);
    expect(ruleIn(inspection, 'revoked')).toMatchObject({ actual: 'not looked up' });
  });

  test('needs one pass over the table, for an owner too', async () => {
    const table = await held();
    table.calls.length = 0;
    await ofFamily(EPOCH, { table, inspector: { subject: subject('olivia'), mayRevoke: false } });
    expect(table.calls.filter((call) => call === 'batchGet')).toHaveLength(1);
  });

  test('is not looked up for a forged token', async () => {
    const jwt = signedText(
      HEADER,
      { ...CLAIMS, user_id: 'mallory' },
      newPublishedKey('ES256').pair.privateKey,
    );
    const table = await held();
    const inspection = await inspect({ jwt, table });
    expect(ruleIn(inspection, 'revoked')).toBeUndefined();
    expect(table.calls.filter((call) => call === 'batchGet')).toEqual([]);
  });

  test('is open if there is no record of the user', async () => {
    const inspection = await inspect({ inspector: { subject: subject('alice'), mayRevoke: false } });
    expect(ruleIn(inspection, 'revoked')).toMatchObject({ ok: true });
    expect(ruleIn(inspection, 'revoked')?.detail).toContain('no record');
  });

  test('is not looked up by names that no key of the table can hold', async () => {
    for (const claims of [
      { document_id: 'a/b' },
      { user_id: 'x'.repeat(3000) },
      { user_id: '' },
      { jti: undefined },
    ]) {
      const inspection = await inspect({ claims, inspector: { subject: subject('admin'), mayRevoke: true } });
      expect(ruleIn(inspection, 'revoked')).toBeUndefined();
    }
  });
});

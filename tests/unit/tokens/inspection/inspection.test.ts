import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type Roles } from '../../../../lib/grants/index.ts';
import { ROLES, ROLES_WITHOUT_OWNER } from '../../../support/grants/administration.ts';
import { familyId, growHolder } from '../../../../lib/revocation/index.ts';
import { type PublishedKey } from '../../../../lib/signing-keys/index.ts';
import { inspectToken, type Inspection, type InspectRequest } from '../../../../lib/tokens/index.ts';
import { ManualClock, NOON } from '../../../support/runtime/clock.ts';
import { grant, group, subject, user } from '../../../support/grants/grants.ts';
import { spki } from '../../../support/signing-keys/keys.ts';
import { MemoryTable } from '../../../support/table/memory-table.ts';
import { tableOf } from '../../../support/tokens/minting.ts';
import {
  newPublishedKey,
  publishedItem,
  publishedKey,
} from '../../../support/signing-keys/published-keys.ts';
import { encoded, signedText } from '../../../support/signing-keys/signed-texts.ts';
import { holderKey } from '../../../../lib/table/index.ts';

const { pair, published } = newPublishedKey('ES256');

const HEADER = { alg: 'ES256', typ: 'JWT', kid: 'ES256' };

const CLAIMS = {
  document_id: 'contract',
  permissions: ['read-document', 'write'],
  user_id: 'alice',
  iat: NOON,
  exp: NOON + 900,
  jti: 'a-family',
};

const STRANGER = { subject: subject('mallory'), mayRevoke: false };

interface Given extends Partial<InspectRequest> {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly keys?: readonly PublishedKey[];
  readonly inspector?: typeof STRANGER;
  readonly table?: MemoryTable;
  readonly roles?: Roles;
}

/** Inspects a token that is right but for what is given. */
async function inspect(given: Given = {}): Promise<Inspection> {
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

const failedIn = ({ checks }: Inspection): string[] => checks.filter(({ ok }) => !ok).map(({ rule }) => rule);

const ruleIn = ({ checks }: Inspection, wanted: string) => checks.find(({ rule }) => rule === wanted);

describe('A token that is right', () => {
  test('is accepted, with its header and claims', async () => {
    const inspection = await inspect();
    expect(failedIn(inspection)).toEqual([]);
    expect(inspection).toMatchObject({ accepted: true, header: HEADER, claims: CLAIMS });
  });

  test('is accepted for the document and layer that it names', async () => {
    expect(await inspect({ documentId: 'contract', layer: '' })).toMatchObject({ accepted: true });
    expect(await inspect({ claims: { layer: 'review' }, layer: 'review' })).toMatchObject({ accepted: true });
  });
});

describe('The form', () => {
  const jwt = signedText(HEADER, CLAIMS, pair.privateKey);
  const [head = '', payload = '', signature = ''] = jwt.split('.');

  test.each([
    ['nothing', '', ['three-parts', 'header', 'claims', 'signature']],
    ['two parts', `${head}.${payload}`, ['three-parts', 'signature']],
    ['four parts', `${jwt}.x`, ['three-parts', 'base64url', 'signature']],
    ['padding', `${jwt}==`, ['base64url', 'signature']],
    ['a line break at its end', `${jwt}\n`, ['base64url', 'signature']],
    ['white space within', `${head} .${payload}.${signature}`, ['base64url', 'header', 'signature']],
    ['the scheme in front', `Bearer ${jwt}`, ['base64url', 'header', 'signature']],
    ['a header that is no JSON', `${encoded('{')}.${payload}.${signature}`, ['header', 'signature']],
    ['claims that are a list', signedText(HEADER, '[]', pair.privateKey), ['claims']],
    [
      'claims that are no UTF-8',
      `${head}.${Buffer.from([0xff]).toString('base64url')}.${signature}`,
      ['claims', 'signature'],
    ],
  ])('is refused with %s', async (_what, text, failed) => {
    const inspection = await inspect({ jwt: text });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(expect.arrayContaining(failed));
    expect(failedIn(inspection)).not.toContain('exp');
  });

  test('is refused where the last character has other unused bits, which is marked as undocumented', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(jwt.at(-1) ?? '');
    const inspection = await inspect({ jwt: jwt.slice(0, -1) + (alphabet[last + 1] ?? '') });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(['base64url-canonical']);
    expect(ruleIn(inspection, 'base64url-canonical')).toMatchObject({ basis: 'undocumented' });
  });

  test('says what is usually meant by it', async () => {
    expect(ruleIn(await inspect({ jwt: `Bearer ${head}` }), 'three-parts')?.detail).toContain(
      'Leave out the "Bearer "',
    );
    expect(ruleIn(await inspect({ jwt: 'a.b.c.d.e' }), 'three-parts')?.detail).toContain('encrypted');
    expect(ruleIn(await inspect({ jwt: `${jwt}=` }), 'base64url')?.detail).toContain('without padding');
  });

  test('may have members nested 32 deep and no deeper, lest writing it out exhaust the stack', async () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const inspected = await inspect({ jwt: signedText(HEADER, nested(32), pair.privateKey) });
    expect(inspected.claims).not.toBeNull();
    for (const depth of [33, 6000]) {
      const inspection = await inspect({ jwt: signedText(HEADER, nested(depth), pair.privateKey) });
      expect(inspection).toMatchObject({ accepted: false, claims: null });
      expect(JSON.stringify(inspection)).toContain('nested more than 32 deep');
    }
  });
});

describe('The signature', () => {
  test.each([
    ['none', ['alg', 'alg-of-stage', 'three-parts', 'signature'], 'An unsigned token is never accepted'],
    ['None', ['alg', 'alg-of-stage', 'three-parts', 'signature'], 'An unsigned token is never accepted'],
  ])('cannot be left out with the algorithm %s', async (alg, failed, detail) => {
    const inspection = await inspect({ jwt: `${encoded({ alg })}.${encoded(CLAIMS)}.` });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(expect.arrayContaining(failed));
    expect(ruleIn(inspection, 'alg')?.detail).toContain(detail);
  });

  test('cannot be made with the public key as a shared secret', async () => {
    const input = `${encoded({ ...HEADER, alg: 'HS256' })}.${encoded(CLAIMS)}`;
    const forged = createHmac('sha256', spki(pair.publicKey)).update(input).digest('base64url');
    const inspection = await inspect({ jwt: `${input}.${forged}` });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(['alg', 'alg-of-stage', 'signature']);
    expect(ruleIn(inspection, 'alg')?.detail).toContain('a public key is no secret to sign with');
  });

  test('is judged by the key, whatever algorithm the header names', async () => {
    const inspection = await inspect({ header: { alg: 'ES512' } });
    expect(failedIn(inspection)).toEqual(['alg-of-stage']);
    expect(inspection.accepted).toBe(false);
  });

  test('is not of a key that the header brings along', async () => {
    const other = newPublishedKey('ES256').pair;
    const header = { ...HEADER, jwk: other.publicKey.export({ format: 'jwk' }) };
    const inspection = await inspect({ jwt: signedText(header, CLAIMS, other.privateKey) });
    expect(failedIn(inspection)).toEqual(['signature']);
  });

  test('may be of any key that now verifies', async () => {
    for (const state of [{ state: 'pending' }, { state: 'previous', verifiesUntil: NOON + 1 }] as const) {
      const keys = [
        newPublishedKey('ES256', { kid: 'other' }).published,
        publishedKey({ kid: published.kid, publicKey: published.publicKey, ...state }),
      ];
      expect(await inspect({ keys })).toMatchObject({ accepted: true });
    }
  });

  test.each([
    ['was dropped', { state: 'dropped', verifiesUntil: NOON + 1 }, 'The key was given up'],
    ['has had its time', { state: 'previous', verifiesUntil: NOON }, 'the time of its tokens is over'],
  ] as const)('does not count where its key %s', async (_what, details, detail) => {
    const inspection = await inspect({ keys: [{ ...published, ...details }] });
    expect(failedIn(inspection)).toEqual(['signature']);
    expect(ruleIn(inspection, 'signature')?.detail).toContain(detail);
  });

  test('does not count where its key is for another algorithm than the stage signs with', async () => {
    const rs256 = newPublishedKey('RS256');
    const jwt = signedText({ alg: 'RS256', kid: 'RS256' }, CLAIMS, rs256.pair.privateKey);
    const inspection = await inspect({ jwt, keys: [published, rs256.published] });
    expect(failedIn(inspection)).toEqual(['alg-of-stage', 'signature']);
    expect(ruleIn(inspection, 'signature')?.detail).toContain('The key is for RS256');
  });

  test('says where no key is published yet', async () => {
    expect(ruleIn(await inspect({ keys: [] }), 'signature')?.detail).toContain('No key is published yet');
  });

  test('counts under another kid, which is advice only', async () => {
    for (const kid of ['other', undefined, 5]) {
      const inspection = await inspect({ header: { kid } });
      expect(inspection.accepted).toBe(true);
      expect(failedIn(inspection)).toEqual(['kid']);
    }
  });

  test('is refused with an extension that must be understood', async () => {
    const inspection = await inspect({ header: { crit: ['b64'], b64: false } });
    expect(ruleIn(inspection, 'crit')).toMatchObject({ ok: false, basis: 'undocumented' });
    expect(inspection.accepted).toBe(false);
  });
});

describe('The times', () => {
  test.each([
    ['exp', NOON, 'Expiration time is in the past'],
    ['exp', undefined, 'Give the token an expiry'],
    ['exp', '1769861700', 'a whole number of seconds'],
    ['exp', NOON + 0.5, 'a whole number of seconds'],
    ['exp', 8.64e12 + 1, 'a whole number of seconds'],
    ['nbf', NOON + 1, 'Wait until then'],
    ['nbf', null, 'a whole number of seconds'],
    ['iat', NOON + 1, 'Set the clock'],
    ['nbf', NOON * 1000, 'looks like milliseconds'],
  ])('%s cannot be %j', async (claim, value, detail) => {
    const inspection = await inspect({ claims: { [claim]: value } });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual([claim]);
    expect(ruleIn(inspection, claim)?.detail).toContain(detail);
  });

  test('may be this very second to begin, and the next to end', async () => {
    expect(await inspect({ claims: { iat: NOON, nbf: NOON, exp: NOON + 1 } })).toMatchObject({
      accepted: true,
    });
  });

  test('may be a day apart; more is accepted with advice', async () => {
    expect(failedIn(await inspect({ claims: { exp: NOON + 86_400 } }))).toEqual([]);
    const tenYears = await inspect({ claims: { exp: NOON + 315_360_000 } });
    expect(tenYears.accepted).toBe(true);
    expect(failedIn(tenYears)).toEqual(['lifetime']);
    const milliseconds = await inspect({ claims: { exp: NOON * 1000 } });
    expect(ruleIn(milliseconds, 'lifetime')?.detail).toContain('looks like milliseconds');
  });

  test('are shown with their dates, beside the clock', async () => {
    expect(ruleIn(await inspect(), 'exp')).toMatchObject({
      expected: `an integer in Unix seconds, later than now, ${NOON} (2026-01-31T12:00:00Z)`,
      actual: `${NOON + 900} (2026-01-31T12:15:00Z)`,
    });
  });
});

describe('The claims', () => {
  test.each([
    ['document_id', undefined],
    ['document_id', ''],
    ['document_id', 5],
    ['permissions', undefined],
    ['permissions', 'read-document'],
    ['permissions', []],
    ['permissions', ['read-document', 'admin']],
    ['permissions', ['read-document', 5]],
    ['layer', 5],
    ['layer', 'a*'],
    ['layer', 'x'.repeat(257)],
    ['jti', ''],
    ['jti', 5],
    ['user_id', 5],
    ['default_group', null],
    ['creator_name', []],
    ['password', {}],
    ['collaboration_permissions', 'annotations:view:all'],
    ['collaboration_permissions', [['annotations:view:all']]],
  ])('%s cannot be %j', async (claim, value) => {
    const inspection = await inspect({ claims: { [claim]: value } });
    expect(inspection.accepted).toBe(false);
    expect(ruleIn(inspection, claim)).toMatchObject({ ok: false, basis: 'documented' });
  });

  test('a layer may have 256 characters; control characters in it are marked as undocumented', async () => {
    expect(await inspect({ claims: { layer: '😀'.repeat(256) } })).toMatchObject({ accepted: true });
    const control = await inspect({ claims: { layer: 'a\u0000' } });
    expect(failedIn(control)).toEqual(['layer-characters']);
    expect(ruleIn(control, 'layer-characters')).toMatchObject({ basis: 'undocumented' });
  });

  test.each([
    ['permissions', ['cover-image'], 'read-document'],
    ['user_id', undefined, 'creator'],
    ['jti', undefined, 'revocable'],
    ['sub', 'alice', 'unknown-claims'],
  ])('%s may be %j, with the advice of %s', async (claim, value, rule) => {
    const inspection = await inspect({ claims: { [claim]: value } });
    expect(inspection.accepted).toBe(true);
    expect(failedIn(inspection)).toEqual([rule]);
    expect(ruleIn(inspection, rule)).toMatchObject({ basis: 'advice' });
  });

  test('that Document Engine does not know are named, with what they may be meant for', async () => {
    const misspelt = ruleIn(
      await inspect({ claims: { documentId: 'x', 'user-id': 'x', other: 1 } }),
      'unknown-claims',
    );
    expect(misspelt?.actual).toBe('["documentId","user-id","other"]');
    expect(misspelt?.detail).toContain('"documentId" is spelt "document_id"; "user-id" is spelt "user_id"');
    const backend = await inspect({ claims: { allowed_operations: ['ocr_api'] } });
    expect(ruleIn(backend, 'unknown-claims')?.detail).toContain('This is a backend token');
  });

  test('show a prototype-shaped name as any other', async () => {
    const jwt = signedText(
      HEADER,
      `{"__proto__": {"document_id": "x"}, "exp": ${NOON + 9}}`,
      pair.privateKey,
    );
    const inspection = await inspect({ jwt });
    expect(ruleIn(inspection, 'document_id')).toMatchObject({ ok: false, actual: 'absent' });
    expect(ruleIn(inspection, 'unknown-claims')).toMatchObject({ actual: '["__proto__"]' });
  });

  test('show a password in no check', async () => {
    const { checks } = await inspect({ claims: { password: 'open sesame' } });
    expect(JSON.stringify(checks)).not.toContain('open sesame');
  });

  test('are cut where they are long', async () => {
    const { checks } = await inspect({ claims: { creator_name: 'x'.repeat(5000) } });
    expect(checks.find(({ rule }) => rule === 'creator_name')?.actual).toHaveLength(121);
  });

  test('of another document or layer than was asked about are refused', async () => {
    expect(failedIn(await inspect({ documentId: 'plan' }))).toEqual(['document-asked-for']);
    expect(failedIn(await inspect({ layer: 'review' }))).toEqual(['layer-asked-for']);
    const layered = await inspect({ claims: { layer: 'review' }, layer: '' });
    expect(layered.accepted).toBe(false);
    expect(failedIn(layered)).toEqual(['layer-asked-for']);
  });
});

describe('Collaboration permissions', () => {
  const ofList = (list: readonly string[], claims: object = {}) =>
    inspect({ claims: { collaboration_permissions: list, ...claims } });

  test.each([
    ['annotations:view:all', 'The user may see all annotations.'],
    ['annotations:edit:self', 'The user may change the annotations that they created themselves.'],
    ['comments:reply:createdBy=bob', 'The user may reply to the comments that "bob" created.'],
    ['form-fields:fill:group=tenant', 'The user may fill in the form fields of the group "tenant".'],
    ['annotations:set-group:group=teacher', 'The user may move annotations into the group "teacher".'],
    [
      'comments:set-group:self',
      'The user may change the group of the comments that they created themselves.',
    ],
    ['comments:delete:all', 'The user may delete all comments.'],
  ])('%s is explained in words', async (text, words) => {
    expect(ruleIn(await ofList([text]), 'collaboration-permission')).toMatchObject({
      ok: true,
      detail: words,
    });
  });

  test.each([
    ['annotations:view', 'documented'],
    ['widgets:view:all', 'documented'],
    ['annotations:fill:all', 'documented'],
    ['annotations:view:everyone', 'documented'],
    ['annotations:view:group=', 'documented'],
    ['annotations:view:all:all', 'documented'],
    ['annotations:view:group=a:b', 'undocumented'],
    ['annotations:view:createdBy=*', 'undocumented'],
  ] as const)('%s is refused, as is %s', async (text, basis) => {
    const inspection = await ofList([text]);
    expect(inspection.accepted).toBe(false);
    expect(ruleIn(inspection, 'collaboration-permission')).toMatchObject({ ok: false, basis });
  });

  test('that scope form fields by their creator say nothing useful', async () => {
    for (const scope of ['self', 'createdBy=bob']) {
      const inspection = await ofList([`form-fields:fill:${scope}`]);
      expect(inspection.accepted).toBe(true);
      expect(ruleIn(inspection, 'collaboration-permission')).toMatchObject({ ok: false, basis: 'advice' });
    }
  });

  test('that say self need a user id', async () => {
    const inspection = await ofList(['annotations:edit:self'], { user_id: undefined });
    expect(inspection.accepted).toBe(false);
    expect(failedIn(inspection)).toEqual(['creator', 'self']);
  });

  test('without an effect are named', async () => {
    const inspection = await ofList(['annotations:edit:all', 'annotations:view:all'], {
      permissions: ['read-document'],
    });
    expect(inspection.accepted).toBe(true);
    expect(ruleIn(inspection, 'collaboration-effect')).toMatchObject({
      ok: false,
      actual: 'without effect: ["annotations:edit:all"]',
    });
  });
});

describe('Whether the family was revoked', () => {
  const EPOCH = NOON * 1000 - 60_000;

  /** A table in which alice holds tokens for the contract, some of them revoked. */
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

  test('says where Document Engine is still being told', async () => {
    const table = await held({ [EPOCH - 1]: NOON + 900 });
    const pending = await ofFamily(EPOCH - 1, { inspector: ALICE, table });
    expect(ruleIn(pending, 'revoked')?.detail).toContain('Document Engine is being told');
  });

  test.each([
    ['whoever may revoke', { subject: subject('admin'), mayRevoke: true }],
    ['an owner of the document', { subject: subject('olivia'), mayRevoke: false }],
    ['an owner through a group', { subject: subject('gina', ['owners']), mayRevoke: false }],
  ])('is shown to %s', async (_who, inspector) => {
    expect(failedIn(await ofFamily(EPOCH - 1, { inspector }))).toEqual(['revoked']);
  });

  test.each([
    ['an editor of the document', subject('mallory')],
    ['whose owner grant has expired', subject('otto')],
    ['an owner of another document', subject('paula')],
  ])('is not shown to %s, nor that there is a record', async (_who, person) => {
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

  test('is shown to no owner where the role file has no owners any more', async () => {
    const inspector = { subject: subject('olivia'), mayRevoke: false };
    const inspection = await ofFamily(EPOCH - 1, { inspector, roles: ROLES_WITHOUT_OWNER });
    expect(inspection.accepted).toBe(true);
    expect(ruleIn(inspection, 'revoked')).toMatchObject({ actual: 'not looked up' });
  });

  test('takes one pass over the table, for an owner too', async () => {
    const table = await held();
    table.calls.length = 0;
    await ofFamily(EPOCH, { table, inspector: { subject: subject('olivia'), mayRevoke: false } });
    expect(table.calls.filter((call) => call === 'batchGet')).toHaveLength(1);
  });

  test('is not looked up for a token that somebody made up', async () => {
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

  test('is open where there is no record of the user', async () => {
    const inspection = await inspect({ inspector: { subject: subject('alice'), mayRevoke: false } });
    expect(ruleIn(inspection, 'revoked')).toMatchObject({ ok: true });
    expect(ruleIn(inspection, 'revoked')?.detail).toContain('no record');
  });

  test('is not asked of the table by names that no key of it can hold', async () => {
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

import { globSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseQuery, runQuery } from '../../../tools/local/stand-ins/cloudwatch-logs/index.ts';
import { auditLine } from '../../support/cli/audit-records.ts';
import { queriesIn } from '../../support/cloudwatch/queries-in-docs.ts';

const PAGES = globSync('docs/**/*.md').filter((page) => queriesIn(page).length > 0);

test('The pages show queries', () => {
  expect(PAGES).toContain('docs/audit.md');
});

test.each(PAGES)('Each query of %s can be read', (page) => {
  for (const { query } of queriesIn(page)) expect(() => parseQuery(query)).not.toThrow();
});

const bob = { userId: 'bob', callerId: 'backend', clientId: 'web', onBehalf: true };
const sha256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
const minted = (minute: number, documentId: string, who: object, more: object = {}): string =>
  auditLine(minute, 'token.minted', {
    ...{ requestId: `r${minute}`, ...who, documentId, layer: '', expiresAt: '2026-01-31T13:00:00Z' },
    ...{ family: 'f', kid: 'key-1', tokenSha256: 'other', permissions: ['read-document'], ...more },
    grants: [{ principal: 'group', name: 'editors', role: 'editor', layers: [''], grantedBy: 'alice' }],
  });
const alice = { userId: 'alice', callerId: 'alice', onBehalf: false };
const grant = (minute: number, type: string, name: string, documentId: string): string =>
  auditLine(minute, `grant.${type}`, {
    ...{ callerId: 'alice', clientId: 'console', documentId, principal: 'user', name, role: 'viewer' },
  });
const refused = (minute: number, reason: string, expiredGrantWouldAllow: boolean): string =>
  auditLine(minute, 'token.refused', {
    ...{ userId: 'carol', callerId: 'carol', onBehalf: false, documentId: 'contract-2026', layer: 'review' },
    ...{ reason, groupCount: 0, expiredGrantWouldAllow },
  });
const revocation = (minute: number, end: string, more: object): string =>
  auditLine(minute, `revocation.${end}`, { userId: 'bob', documentId: 'contract-2026', ...more });

/** Records of one hour, as the service writes them. tests/e2e/audit-questions.long.test.ts asks the service's own. */
const RECORDS = [
  grant(0, 'set', 'bob', 'contract-2026'),
  grant(1, 'set', 'eve', 'contract-2026'),
  grant(2, 'removed', 'eve', 'contract-2026'),
  grant(3, 'set', 'bob', 'floor-plan'),
  minted(4, 'contract-2026', bob, { tokenSha256: sha256 }),
  minted(5, 'contract-2026', { ...bob, clientId: 'batch', userId: 'bob' }),
  minted(6, 'floor-plan', bob, { layer: 'review', kid: 'key-2' }),
  minted(7, 'contract-2026', alice),
  // A user id that looks like the member of a record must not be taken for it.
  minted(8, 'contract-2026', { userId: 'bob', callerId: '"onBehalf":true', onBehalf: false }),
  refused(9, 'not-granted', true),
  refused(10, 'not-granted', false),
  refused(11, 'permission-not-granted', false),
  auditLine(12, 'revocation.refused', { userId: 'bob', documentId: 'contract-2026', family: 'f' }),
  revocation(20, 'requested', { callerId: 'alice', revocationId: 'v' }),
  revocation(21, 'confirmed', { family: 'f', tokensEndBy: '2026-01-31T14:00:00Z' }),
  auditLine(30, 'signing-key.step', { step: 'createSecret', outcome: 'done', versionId: 'v2', kid: 'key-2' }),
  auditLine(31, 'signing-key.step', { step: 'setSecret', outcome: 'failed', versionId: 'v2' }),
];

const LINES = RECORDS.map((message, at) => {
  const timestamp = Date.parse((JSON.parse(message) as { time: string }).time);
  return { id: String(at), log: 'audit', stream: 's', timestamp, ingestionTime: timestamp, message };
});

/** The answers of the queries under each heading of docs/audit.md: the values of each row, without the time of a record. */
const ANSWERS: Readonly<Record<string, readonly (readonly string[])[][]>> = {
  'Who opened a document?': [
    [
      ['bob', '', '"onBehalf":true', 'editor', 'alice'],
      ['alice', '', 'alice', 'editor', 'alice'],
      ['bob', '', 'backend', 'batch', 'editor', 'alice'],
      ['bob', '', 'backend', 'web', 'editor', 'alice'],
    ],
  ],
  'What did a user open?': [
    [
      ['contract-2026', '', '3'],
      ['floor-plan', 'review', '1'],
    ],
  ],
  'Who gave or took access to a document?': [
    [
      ['layermint.grant.set', 'user', 'bob', 'viewer', 'alice', 'console'],
      ['layermint.grant.set', 'user', 'eve', 'viewer', 'alice', 'console'],
      ['layermint.grant.removed', 'user', 'eve', 'viewer', 'alice', 'console'],
    ],
  ],
  'Who gave a user access?': [
    [
      ['contract-2026', 'viewer', 'alice', 'console'],
      ['floor-plan', 'viewer', 'alice', 'console'],
    ],
  ],
  'Which backend got tokens for a user?': [
    [
      ['backend', 'web', '2'],
      ['backend', 'batch', '1'],
    ],
  ],
  'Why were requests refused?': [
    [
      ['layermint.token.refused', 'not-granted', '2'],
      ['layermint.token.refused', 'permission-not-granted', '1'],
    ],
  ],
  'Whose grant had expired?': [[['carol', 'contract-2026', 'review']]],
  'What did a rotation do?': [
    [
      ['createSecret', 'done', 'v2', 'key-2'],
      ['setSecret', 'failed', 'v2'],
    ],
  ],
  "When did a user's tokens end?": [
    [
      ['layermint.revocation.refused', 'contract-2026', 'f'],
      ['layermint.revocation.requested', 'alice', 'contract-2026'],
      ['layermint.revocation.confirmed', 'contract-2026', 'f', '2026-01-31T14:00:00Z'],
    ],
    [['bob', '60', '2']],
  ],
  'Which tokens did a signing key sign?': [
    [
      ['bob', 'contract-2026', '3'],
      ['alice', 'contract-2026', '1'],
    ],
  ],
  'Whose token is this?': [[['bob', 'contract-2026', '', 'backend', 'web', '2026-01-31T13:00:00Z']]],
};

describe('docs/audit.md', () => {
  const questions = Map.groupBy(queriesIn('docs/audit.md'), ({ heading }) => heading);

  test('asks each question that is tested here, and no other', () => {
    expect([...questions.keys()]).toEqual(Object.keys(ANSWERS));
  });

  // AWS's pages leave open if a missing field differs from all values, and which value a boolean has. No answer may depend on it.
  const open = [true, false].flatMap((missingDiffers) =>
    [true, false].map((booleansAsWords) => ({ missingDiffers, booleansAsWords })),
  );

  test.each(Object.entries(ANSWERS))('%s', (heading, answers) => {
    for (const points of open) {
      const found = (questions.get(heading) ?? []).map(({ query }) =>
        runQuery(parseQuery(query), LINES, points).rows.map((row) =>
          row.flatMap(({ field, value }) => (['@timestamp', '@ptr'].includes(field) ? [] : [value])),
        ),
      );
      expect(found).toEqual(answers);
    }
  });
});

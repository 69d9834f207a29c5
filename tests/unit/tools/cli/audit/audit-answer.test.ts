import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { answerJson } from '../../../../../tools/cli/audit/answer-json.ts';
import { answerText } from '../../../../../tools/cli/audit/answer-text.ts';
import { answerOf, type AuditAnswer } from '../../../../../tools/cli/audit/audit-answer.ts';
import { questionOf, type QuestionOptions } from '../../../../../tools/cli/audit/audit-question.ts';
import { fileSource } from '../../../../../tools/cli/audit/audit-source.ts';
import { auditLine, millisecondsAt, timeAt } from '../../../../support/cli/audit-records.ts';

/** Asks a log file with these lines, ten hours after noon. */
async function ask(options: QuestionOptions, lines: readonly string[]): Promise<AuditAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'layermint-audit-'));
  try {
    const file = join(folder, 'stack.log');
    await writeFile(
      file,
      ['', 'The stack has started', '{"level":"INFO"}', ...lines, '{"specversion":'].join('\n'),
    );
    const now = millisecondsAt(600);
    const question = questionOf(options, now);
    return await answerOf(question, await fileSource(file), question.user, now);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const token = (minute: number, more: object = {}): string =>
  auditLine(minute, 'token.minted', {
    ...{ userId: 'bob', callerId: 'backend', clientId: 'web', onBehalf: true, documentId: 'd', layer: '' },
    ...{ permissions: ['read-document'], expiresAt: timeAt(minute + 60) },
    grants: [{ principal: 'group', name: 'editors', role: 'editor', layers: [''] }],
    ...more,
  });

const grant = auditLine(-60, 'grant.set', {
  ...{ documentId: 'd', principal: 'group', name: 'editors', role: 'editor', layers: [''] },
  ...{ callerId: 'alice', clientId: 'console' },
});

const refusal = (minute: number): string =>
  auditLine(minute, 'token.refused', {
    ...{ userId: 'carol', callerId: 'carol', documentId: 'd', onBehalf: false, groupCount: 2 },
    ...{ reason: 'not-granted', expiredGrantWouldAllow: true },
  });

test('“Who could open this document then, and who gave them that” is answered in plain words', async () => {
  const answer = await ask({ document: 'd', at: timeAt(30) }, [
    grant,
    token(0),
    token(10),
    token(40),
    refusal(30),
  ]);
  expect(answerText(answer).slice(1, 18)).toEqual([
    '',
    'Tokens that were issued or still valid then: 1',
    '  bob, document d, default layer: read-document',
    '      2 tokens, 2026-01-31 12:00:00 UTC to 2026-01-31 12:10:00 UTC, valid until 2026-01-31 13:10:00 UTC',
    '      asked by backend with the client web on behalf of bob',
    '      allowed by group editors as editor; default layer',
    '',
    'Grants in force then: 1',
    '  document d: group editors as editor; default layer',
    '      given by alice with the client console on 2026-01-31 11:00:00 UTC; no end recorded',
    '',
    'Refusals: 1',
    '  carol, document d: not-granted',
    '      2026-01-31 12:30:00 UTC, asked by carol',
    '      asked for a token',
    '      the caller token named 2 groups',
    '      a grant that has expired would have allowed it',
  ]);
});

test('A refusal says what was asked for, and two refused changes of different grants are two', async () => {
  const change = (minute: number, more: object): string =>
    auditLine(minute, 'grant.change-refused', {
      ...{ callerId: 'mallory', documentId: 'd', reason: 'not-granted' },
      ...more,
    });
  const answer = await ask({ document: 'd', kind: ['refused'], since: timeAt(0) }, [
    change(1, { change: 'set', principal: 'user', name: 'mallory', role: 'owner', layers: [''] }),
    change(2, { change: 'set', principal: 'everyone', role: 'viewer', layers: ['*'] }),
    change(3, { change: 'removed', principal: 'group', name: 'editors' }),
    change(4, { change: 'removed', principal: 'all' }),
    auditLine(5, 'revocation.request-refused', { callerId: 'mallory', documentId: 'd', everyone: true }),
    auditLine(6, 'revocation.request-refused', { callerId: 'mallory', documentId: 'd', userId: 'alice' }),
    auditLine(7, 'backend-token.refused', {
      callerId: 'mallory',
      documentId: 'd',
      permissions: ['download'],
    }),
  ]);
  expect(answerText(answer).filter((line) => /^ {6}asked /.test(line))).toEqual([
    '      asked for this grant: user mallory as owner; default layer',
    '      asked for this grant: everyone as viewer; all shared layers',
    '      asked to remove the grant of group editors',
    '      asked to remove all grants of the document',
    '      asked to revoke the tokens of everyone',
    '      asked to revoke the tokens of alice',
    '      asked for a backend token with download',
  ]);
});

test('A token that had expired before, and a grant that was given later, are no part of the answer', async () => {
  const { tokens, grants } = await ask({ document: 'd', at: timeAt(200) }, [
    token(0),
    auditLine(300, 'grant.set', { documentId: 'd', principal: 'user', name: 'eve', role: 'owner' }),
  ]);
  expect([tokens, grants?.map(({ grant: { name } }) => name)]).toEqual([[], ['editors']]);
});

test('A token that was revoked before is no part of the answer, and one that was revoked later says so', async () => {
  const lines = [
    token(0, { family: 'f' }),
    token(1, { family: 'other', userId: 'eve' }),
    auditLine(20, 'revocation.confirmed', { userId: 'bob', documentId: 'd', family: 'f' }),
  ];
  const before = await ask({ document: 'd', at: timeAt(10), kind: ['minted'] }, lines);
  expect(before.tokens?.map(({ first }) => first.data.userId)).toEqual(['bob', 'eve']);
  const during = await ask({ document: 'd', since: timeAt(10), until: timeAt(50) }, lines);
  expect(answerText(during).join('\n')).toContain('revoked on 2026-01-31 12:20:00 UTC');
  const after = await ask({ document: 'd', at: timeAt(30), kind: ['minted'] }, lines);
  expect(after.tokens?.map(({ first }) => first.data.userId)).toEqual(['eve']);
});

test('The answer says from when on there are records, and that the members of groups are not among them', async () => {
  const text = answerText(await ask({ document: 'd', since: '30d' }, [token(0)])).join('\n');
  expect(text).toContain('These records begin on 2026-01-31 12:00:00 UTC.');
  expect(text).toContain('begins before that: earlier events are missing from this answer');
  expect(text).toContain('the members of a group: your identity provider knows them');
});

test('A question about a user lists the grants of the named groups and no others', async () => {
  const lines = [
    grant,
    auditLine(0, 'grant.set', { documentId: 'e', principal: 'everyone', role: 'viewer' }),
  ];
  const named = await ask({ user: 'bob', group: ['editors'], since: '1d' }, lines);
  expect(named.grants?.map(({ documentId }) => documentId)).toEqual(['d', 'e']);
  const alone = await ask({ user: 'bob', since: '1d' }, lines);
  expect(alone.grants?.map(({ documentId }) => documentId)).toEqual(['e']);
  expect(answerText(alone).join('\n')).toContain('only for the groups that you name with --group');
});

test('An empty answer says what was searched and what may be wrong', async () => {
  const text = answerText(await ask({ document: 'misspelt' }, [token(0)])).join('\n');
  expect(text).toContain('document misspelt, in ');
  expect(text).toContain('No record was found');
  expect(text).toContain('Check the spelling');
});

test('A record that was delivered twice counts once', async () => {
  const line = token(0);
  expect((await ask({ document: 'd' }, [line, line])).tokens).toMatchObject([{ count: 1 }]);
});

test('A backend token is part of the answer about each document that it opens', async () => {
  const lines = ['*', ['d', 'e'], ['e']].map((documentIds) =>
    auditLine(0, 'backend-token.minted', { callerId: 'backend', documentIds, expiresAt: timeAt(5) }),
  );
  const answer = await ask({ document: 'd' }, lines);
  expect(answer.tokens?.map(({ first }) => first.data.documentIds)).toEqual(['*', ['d', 'e']]);
  expect(answerText(answer)).toContain('  a backend token for d, e');
});

test('--kind shows the records of other kinds as they are', async () => {
  const step = auditLine(0, 'signing-key.step', { step: 'createSecret', outcome: 'done', versionId: 'v' });
  const { tokens, grants, others } = await ask({ kind: ['keys'] }, [step, token(0)]);
  expect([tokens, grants, others?.length]).toEqual([undefined, undefined, 1]);
});

test('--limit cuts each part and says so', async () => {
  const lines = ['a', 'b', 'c'].map((userId) => token(0, { userId }));
  const text = answerText(await ask({ document: 'd', limit: '2' }, lines)).join('\n');
  expect(text).toContain('Tokens that were issued or still valid then: 3');
  expect(text).toContain('… and 1 more');
});

test('Escape sequences and line breaks in records reach neither the terminal nor a line of their own', async () => {
  const hostile = 'eve\u001b[2J\u009b1m\nGrants in force then: none';
  const lines = [
    token(0, { userId: hostile, layer: hostile, clientId: hostile, permissions: [hostile] }),
    auditLine(0, 'grant.set', {
      documentId: 'd',
      principal: 'user',
      name: hostile,
      role: hostile,
      callerId: hostile,
    }),
    auditLine(0, 'token.refused', { userId: hostile, documentId: 'd', reason: hostile }),
    auditLine(0, 'revocation.requested', { documentId: 'd', callerId: hostile }),
  ];
  const answer = await ask({ document: 'd', kind: ['minted', 'grants', 'refused', 'revocations'] }, lines);
  for (const line of [...answerText(answer), ...answerJson(answer)]) {
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  }
  expect(answerText(answer).filter((line) => line.startsWith('Grants in force'))).toEqual([
    'Grants in force then: 2',
  ]);
});

test('A user named like words of the answer cannot fake a second grant, a giver or another document', async () => {
  const forged = 'bob as reader; given by alice';
  const turned = 'bob\u202eecila yb nevig';
  const change = { documentId: 'd', principal: 'user', role: 'viewer', layers: ['a, own private layer'] };
  const answer = await ask({ document: 'd', at: timeAt(30) }, [
    auditLine(0, 'grant.set', { ...change, name: forged, callerId: 'mallory with the client console' }),
    auditLine(1, 'grant.set', { ...change, name: turned, callerId: '' }),
    token(2, { userId: forged, callerId: 'eve on behalf of alice', clientId: 'a, b', layer: 'x: write' }),
    auditLine(30, 'token.refused', { documentId: 'd', userId: 'eve, document e', reason: 'not-granted' }),
  ]);
  const lines = answerText(answer);

  expect(lines).toContain(
    '  document d: user "bob as reader; given by alice" as viewer; layer "a, own private layer"',
  );
  expect(lines).toContain(
    '      given by "mallory with the client console" on 2026-01-31 12:00:00 UTC; no end recorded',
  );
  expect(lines).toContain(
    String.raw`  document d: user "bob\u{202e}ecila yb nevig" as viewer; layer "a, own private layer"`,
  );
  expect(lines).toContain('      given by "" on 2026-01-31 12:01:00 UTC; no end recorded');
  expect(lines).toContain('  "bob as reader; given by alice", document d, layer "x: write": read-document');
  expect(lines).toContain(
    '      asked by "eve on behalf of alice" with the client "a, b" on behalf of "bob as reader; given by alice"',
  );
  expect(lines).toContain('  "eve, document e", document d: not-granted');
});

test('A grant that ended says who removed it or put another in its place', async () => {
  const bob = { documentId: 'd', principal: 'user', name: 'bob' };
  const operator = 'arn:aws:iam::111122223333:user/olga';
  const ofOperator = { operator, command: 'import' };
  const answer = await ask({ document: 'd', since: timeAt(0) }, [
    auditLine(1, 'grant.set', { ...bob, role: 'viewer', callerId: 'alice' }),
    auditLine(2, 'grant.set', { ...bob, role: 'editor', ...ofOperator }),
    auditLine(3, 'grant.removed', { ...bob, callerId: 'alice', clientId: 'console' }),
    auditLine(4, 'grant.set', { ...bob, role: 'owner', callerId: 'alice', expiresAt: timeAt(5) }),
    auditLine(6, 'grant.removed', { ...bob, callerId: 'mallory' }),
  ]);
  expect(answerText(answer).filter((line) => line.startsWith('      given by'))).toEqual([
    `      given by alice on 2026-01-31 12:01:00 UTC; until 2026-01-31 12:02:00 UTC, replaced by ${operator} with the command import`,
    `      given by ${operator} with the command import on 2026-01-31 12:02:00 UTC; until 2026-01-31 12:03:00 UTC, removed by alice with the client console`,
    '      given by alice on 2026-01-31 12:04:00 UTC; until 2026-01-31 12:05:00 UTC',
  ]);
});

test('--json writes one object a line, with the records as they were written', async () => {
  const answer = await ask({ document: 'd', at: timeAt(30) }, [grant, token(0), refusal(30)]);
  const lines = answerJson(answer).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ kind }) => kind)).toEqual(['search', 'token', 'grant', 'refusal']);
  expect(lines[0]).toMatchObject({ document: 'd', since: timeAt(30), until: timeAt(30), records: 3 });
  expect(lines[1]).toMatchObject({
    count: 1,
    validUntil: timeAt(60),
    first: { type: 'layermint.token.minted' },
  });
  expect(lines[2]).toMatchObject({ principal: 'group', from: timeAt(-60), givenBy: { id: 'alice' } });
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { auditRecordOf } from '../../../../../tools/cli/audit/audit-record.ts';
import { isSelected, queryOf, type Selection } from '../../../../../tools/cli/audit/audit-selection.ts';
import { parseQuery, runQuery } from '../../../../../tools/local/stand-ins/cloudwatch-logs/index.ts';
import { auditLine } from '../../../../support/cli/audit-records.ts';

/** Runs the query of a selection, and lists the found lines that the selection has. */
function selected(selection: Selection, lines: readonly string[]): { found: string[]; kept: string[] } {
  const queried = lines.map((message, at) => ({
    ...{ id: String(at), log: 'l', stream: 's', timestamp: at, ingestionTime: at, message },
  }));
  const found = runQuery(parseQuery(queryOf(selection)), queried).rows.flatMap(
    (row) => row.find(({ field }) => field === '@message')?.value ?? [],
  );
  const kept = found.filter((line) => {
    const record = auditRecordOf(line);
    return record !== undefined && isSelected(selection, record);
  });
  return { found, kept };
}

const minted = (userId: string, documentId = 'd'): string =>
  auditLine(0, 'token.minted', { userId, documentId });

test('A document id finds its records alone', () => {
  const lines = [minted('alice', 'contract'), minted('alice', 'contract-2'), minted('bob', 'contract')];
  expect(selected({ types: ['token.minted'], document: 'contract' }, lines).kept).toEqual([
    lines[0],
    lines[2],
  ]);
});

test('Grants are found by user, by the named groups, by everyone, and by the removal of all', () => {
  const grant = (principal: string, name?: string): string =>
    auditLine(0, 'grant.set', { documentId: 'd', principal, name });
  const lines = [
    grant('user', 'alice'),
    grant('user', 'bob'),
    grant('group', 'editors'),
    grant('group', 'alice'),
    grant('everyone'),
    grant('all'),
  ];
  const { found, kept } = selected(
    { types: ['grant.set'], principals: { user: 'alice', groups: ['editors'] } },
    lines,
  );
  expect(kept).toEqual([lines[0], lines[2], lines[4], lines[5]]);
  expect(found).toEqual(kept);
});

test('A user id that is made to widen the query finds that user alone', () => {
  const hostile = [
    '" or type like "',
    "' or 1 = 1",
    '\\" or 1=1 #',
    '.*',
    '/ or /',
    'a | limit 1',
    '`x`',
    'a\nb',
  ];
  const lines = [...hostile, 'alice'].map((userId) => minted(userId));
  hostile.forEach((user, at) => {
    const { found, kept } = selected({ types: ['token.minted'], user }, lines);
    expect(kept).toEqual([lines[at]]);
    // A dot stands for a character, so no query can be about all users.
    expect(found).not.toContain(lines.at(-1));
  });
});

test('A user id of any characters is found by its query', () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from('ab1 "\'\\/.|#`$^[](){}*+?-\n'), 'ä', '𝄞', '\u200b'),
    minLength: 1,
  });
  fc.assert(
    fc.property(text, text, (user, other) => {
      const lines = [minted(user), minted(other)];
      expect(selected({ types: ['token.minted'], user }, lines).kept).toEqual(
        user === other ? lines : [lines[0]],
      );
    }),
  );
});

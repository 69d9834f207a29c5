import { describe, expect, test } from '@jest/globals';
import { recordMove } from '../../../../../tools/cli/grants/move-user/record-move.ts';
import { GrantRecords } from '../../../../../tools/cli/grants/grant-records.ts';
import { OperatorRecords } from '../../../../../tools/cli/operator-records/operator-records.ts';
import { grant, user } from '../../../../support/grants/grants.ts';
import { ManualClock } from '../../../../support/runtime/clock.ts';

const OPERATOR = 'arn:aws:iam::111122223333:user/olga';

/** A record as it was written. */
interface Written {
  readonly type: string;
  readonly subject?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function recording(fails = false) {
  const calls: Written[][] = [];
  const warnings: string[] = [];
  const warn = (line: string): void => {
    warnings.push(line);
  };
  const records = new OperatorRecords(
    {
      stage: 'prod',
      userId: (userId) => `<${userId}>`,
      find: () =>
        Promise.resolve({
          operator: OPERATOR,
          group: {
            write: (lines) => {
              calls.push(lines.map(({ message }) => JSON.parse(message) as Written));
              return fails ? Promise.reject(new Error('AccessDenied')) : Promise.resolve(lines.length);
            },
          },
        }),
    },
    new ManualClock(),
    warn,
  );
  return { records: new GrantRecords('import', records, warn), calls, warnings };
}

describe('GrantRecords', () => {
  test('writes one record for each changed grant, as the API does, with the operator and hashed user ids', async () => {
    const { records, calls } = recording();
    records.set('a', grant(user('bob'), 'editor'), grant(user('bob'), 'viewer', { grantedBy: 'alice' }));
    records.removed('b', grant(user('bob'), 'viewer', { grantedBy: 'alice' }));
    records.revocationRequested('bob', 'job-1');
    await records.end();

    const common = { operator: OPERATOR, command: 'import' };
    const before = expect.objectContaining({ role: 'viewer', grantedBy: '<alice>', layers: [''] });
    expect(calls.flat().map(({ type, subject, data }) => [type, subject, data])).toEqual([
      [
        'layermint.grant.set',
        'a',
        {
          ...common,
          documentId: 'a',
          principal: 'user',
          name: '<bob>',
          role: 'editor',
          layers: [''],
          before,
        },
      ],
      [
        'layermint.grant.removed',
        'b',
        { ...common, documentId: 'b', principal: 'user', name: '<bob>', before },
      ],
      ['layermint.revocation.requested', undefined, { ...common, userId: '<bob>', revocationId: 'job-1' }],
    ]);
  });

  test('writes 200 records in one call, and keeps no more than that', async () => {
    const { records, calls } = recording();
    for (let nth = 0; nth < 450; nth += 1) {
      records.set(`doc-${nth}`, grant(user('bob'), 'viewer'), undefined);
      await records.writeFullBatch();
    }
    await records.end();
    expect(calls.map(({ length }) => length)).toEqual([200, 200, 50]);
  });

  test('stops asking a log that fails, and tells how many records are missing', async () => {
    const { records, calls, warnings } = recording(true);
    for (let nth = 0; nth < 10; nth += 1) {
      records.set(`doc-${nth}`, grant(user('bob'), 'viewer'), undefined);
      await records.write();
    }
    await records.end();
    expect(calls).toHaveLength(3);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Warning: records of this command are missing from the audit log\. AccessDenied/,
      ),
      'Records of this run that are missing from the audit log: 10.',
    ]);
  });
});

describe('A moved grant is recorded as', () => {
  const from = grant(user('old'), 'editor', { grantedBy: 'boss' });
  const to = grant(user('new'), 'viewer');
  const moved = { ...from, principal: user('new') };

  test.each([
    [
      'a removal and a grant, with the one that it replaced',
      { kind: 'replace', grant: moved, narrowed: false },
      2,
    ],
    ['a removal alone, if the new user id keeps its own', { kind: 'keep', grant: to }, 1],
  ] as const)('%s', async (_what, plan, count) => {
    const { records, calls } = recording();
    recordMove({ from: 'old', to: 'new' }, 'a', { kind: 'moved', plan, from, to }, records);
    await records.end();

    const [removed, set] = calls.flat();
    expect(calls.flat()).toHaveLength(count);
    expect(removed).toMatchObject({
      type: 'layermint.grant.removed',
      data: { name: '<old>', movedTo: '<new>', before: { role: 'editor' } },
    });
    expect(set?.data).toEqual(
      count === 1
        ? undefined
        : expect.objectContaining({
            ...{ name: '<new>', role: 'editor', movedFrom: '<old>', grantedBy: '<boss>' },
            before: expect.objectContaining({ role: 'viewer' }),
          }),
    );
  });
});

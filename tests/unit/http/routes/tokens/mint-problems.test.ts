import { describe, expect, test } from '@jest/globals';
import { problemOfRefusal } from '../../../../../lib/http/routes/tokens/mint-problems.ts';
import { group, user } from '../../../../support/grants/grants.ts';

describe('a refusal to mint', () => {
  test('without a grant does not reveal if the document exists', () => {
    expect(problemOfRefusal({ outcome: 'refused', reason: 'no-grant' })).toMatchObject({
      status: 403,
      slug: 'not-granted',
      message: 'No grant lets this user open this layer of this document.',
    });
  });

  test('of permissions names those that are not granted', () => {
    const problem = problemOfRefusal({
      outcome: 'refused',
      reason: 'permissions-not-granted',
      permissions: ['write', 'download'],
    });
    expect(problem).toMatchObject({ status: 403, slug: 'permissions-not-granted' });
    expect(problem.message).toContain('write, download');
  });

  test.each(['too-many-collaboration-permissions', 'token-too-large'] as const)(
    'for %s names the grants to merge',
    (reason) => {
      const builtFrom = [user('a "b"'), group('staff')];
      const problem = problemOfRefusal({ outcome: 'refused', reason, builtFrom });
      expect(problem).toMatchObject({ status: 422, slug: 'token-too-large' });
      expect(problem.message).toContain('"USER#a \\"b\\"", "GROUP#staff"');
    },
  );

  test('of a default group names those to choose from, or says that there are none', () => {
    const refusal = { outcome: 'refused', reason: 'default-group-not-granted' } as const;
    const choices = problemOfRefusal({ ...refusal, choices: ['class "7b"', 'staff'] });
    expect(choices).toMatchObject({ status: 403, slug: 'default-group-not-granted' });
    expect(choices.message).toContain('Choose one of "class \\"7b\\"", "staff"');
    expect(problemOfRefusal({ ...refusal, choices: [] }).message).toContain('Leave out "defaultGroup"');
  });

  test('of a default group says if the groups are not in the token: one of them may give it', () => {
    const refusal = { outcome: 'refused', reason: 'default-group-not-granted', choices: ['staff'] } as const;
    const unreadGroups = { reason: 'left-out', claim: 'groups' } as const;
    const problem = problemOfRefusal(refusal, { unreadGroups });
    expect(problem).toMatchObject({ status: 403, slug: 'groups-not-in-token' });
    expect(problem.message).toContain('Choose one of "staff"');
  });

  test('of a vouched grant names the fault of the request, and no grant of the table', () => {
    const refusal = { outcome: 'refused', reason: 'vouched-grant-opens-nothing' } as const;
    const uncovered = problemOfRefusal(refusal);
    expect(uncovered).toMatchObject({ status: 403, slug: 'not-granted' });
    expect(uncovered.message).toContain('"grant" of the request does not open this layer');
    expect(problemOfRefusal({ ...refusal, fault: '{group} cannot be filled in' }).message).toContain(
      'The role of "grant" cannot be used: {group} cannot be filled in.',
    );
  });

  test('of a vouched token that is too large names no grants to merge, as there are none', () => {
    const refusal = { outcome: 'refused', reason: 'token-too-large' } as const;
    const { message } = problemOfRefusal({ ...refusal, builtFrom: [{ kind: 'vouched' }] });
    expect(message).toContain('Vouch for a role with fewer of them');
    expect(message).not.toContain('Merge');
  });

  test('names ten of 500 grants, so that a batch of such answers fits into an answer of Lambda', () => {
    const builtFrom = Array.from({ length: 500 }, (_, number) => group(`${number}`.padEnd(512, '"')));
    const problem = problemOfRefusal({ outcome: 'refused', reason: 'token-too-large', builtFrom });
    expect(problem.message).toContain('and 490 more');
    expect(100 * JSON.stringify(JSON.stringify(problem.message)).length).toBeLessThan(6_000_000);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { ShownExplanation } from '../../../../../tools/cli/explain/ask-explanation.ts';
import { explanationJson, explanationText } from '../../../../../tools/cli/explain/explanation-text.ts';

const REFUSED: ShownExplanation = {
  documentId: 'doc',
  layer: '',
  userId: 'bob',
  outcome: 'refused',
  problem: { type: 'urn:layermint:problem:not-granted', status: 403, detail: 'No grant lets this user in.' },
  hints: ['The request names no groups.'],
  grants: [
    {
      principal: { group: 'editors' },
      role: 'editor',
      layers: ['', '*', 'review'],
      privateLayer: true,
      counts: false,
      reason: 'other-group',
      detail: 'It is for another group.',
    },
  ],
  grantsLeftOut: 2,
  moreGrants: true,
};

const linesOf = (explanation: ShownExplanation): string[] => explanationText(explanation).split('\n');

describe('the text of an explanation', () => {
  test('begins with the refusal and its reason', () => {
    expect(linesOf(REFUSED).slice(0, 3)).toEqual([
      'Refused. "bob" gets no token for "doc", default layer.',
      'No grant lets this user in. (403 not-granted)',
      '- The request names no groups.',
    ]);
  });

  test('lists the grants in a table, and counts those that are not shown', () => {
    const text = explanationText(REFUSED);
    expect(text).toMatch(
      /^group "editors" {2}editor {2}default, every shared, "review", own private {2}- {6}no {6}It is for another group\.$/m,
    );
    expect(text).toContain('2 more grants are not shown.');
    expect(text).toContain('The document has more grants for other groups and users.');
    expect(text).toContain('Live tokens: none.');
  });

  test('shows the content of a token, and the live tokens with the revocations that wait', () => {
    const { problem: _, ...rest } = REFUSED;
    const text = explanationText({
      ...rest,
      outcome: 'allowed',
      token: {
        permissions: ['read-document', 'write'],
        collaborationPermissions: ['annotations:view:all'],
        defaultGroup: 'g',
        expiresAt: '2026-01-31T12:15:00Z',
      },
      liveTokens: {
        since: '2026-01-31T11:00:00Z',
        until: '2026-01-31T13:00:00Z',
        revocationsWaiting: 1,
        waitingSince: '2026-01-31T10:00:00Z',
      },
    });
    expect(text).toContain(
      'Allowed. "bob" gets a token for "doc", default layer, until 2026-01-31T12:15:00Z.',
    );
    expect(text).toContain('Permissions: read-document, write.');
    expect(text).toContain('Collaboration permissions: annotations:view:all.');
    expect(text).toContain('Default group: "g".');
    expect(text).toContain('Live tokens: possibly until 2026-01-31T13:00:00Z, if minted since');
    expect(text).toContain('1 revocation not confirmed by Document Engine, since 2026-01-31T10:00:00Z.');
  });
});

describe('names that attack the terminal', () => {
  const [grant] = REFUSED.grants;
  const withName = (name: string): ShownExplanation => ({
    ...REFUSED,
    userId: name,
    documentId: name,
    layer: name,
    hints: [name],
    problem: { type: name, status: 403, detail: name },
    grants: grant ? [{ ...grant, principal: { user: name }, role: name, layers: [name], detail: name }] : [],
  });

  test.each([
    ['clear the screen', '\u001b[2J'],
    ['set the title with an escape of one character', '\u009d0;owned\u009c'],
    ['overwrite the line before', '\r\u0008\u007f'],
  ])('%s: no control character is printed', (_attack, name) => {
    expect(explanationText(withName(name)).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(explanationJson(withName(name)).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(explanationJson(withName(name)))).toEqual(withName(name));
  });

  test('fake another line: each name stays on its own', () => {
    const faked = withName('x\nAllowed. "bob" gets a token');
    expect(linesOf(faked)).toHaveLength(linesOf(REFUSED).length);
  });

  test('turn the direction of writing, or hide a difference: such characters of a name are shown as codes', () => {
    const text = explanationText({ ...REFUSED, userId: 'b\u202eob\u200b' });
    expect(text).toContain(String.raw`"b\u{202e}ob\u{200b}"`);
  });
});

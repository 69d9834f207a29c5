import { describe, expect, test } from '@jest/globals';
import { grant, user } from '../../support/grants/grants.ts';
import { tokenIn } from '../../support/http/events.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { attempt, EVERYONE_EDITS, expectRefused } from '../../support/tokens/mint-attempt.ts';

const DOC = { documentId: 'doc' };

describe('a body that sets values that callers must not set', () => {
  test.each([
    ['user_id', 'bob'],
    ['userId', 'bob'],
    ['role', 'owner'],
    ['claims', { user_id: 'bob' }],
    ['jti', 'mine'],
    ['exp', NOON + 86_400 * 3650],
    ['collaboration_permissions', ['annotations:edit:all']],
    ['default_group', 'teachers'],
    ['groups', ['admins']],
  ])('the member %j', async (member, value) => {
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, [member]: value } });
  });

  test('a second documentId, for a parser that reads the last of two', async () => {
    for (const body of [
      '{"documentId": "other", "documentId": "doc"}',
      String.raw`{"documentId": "other", "\u0064ocumentId": "doc"}`,
    ]) {
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
    }
  });

  test('members by way of the prototype', async () => {
    for (const member of ['__proto__', 'constructor', 'prototype']) {
      const body = `{"documentId": "doc", "${member}": {"onBehalfOf": {"userId": "bob"}, "ttlSeconds": 1e9}}`;
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
    }
  });

  test('a life beyond the maximum of the stage', async () => {
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, ttlSeconds: 3601 } });
  });

  test('every layer at once', async () => {
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, layer: '*' } });
  });

  test('another document by a path in the id', async () => {
    for (const documentId of ['other/../doc', 'doc/', '../doc', 'doc%2F', 'DOC#doc', 'doc#GRANT']) {
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { documentId } });
    }
  });

  test.each([
    ['user_id', 'alice'],
    ['userId', 'alice'],
    ['role', 'owner'],
    ['claims', { user_id: 'alice', permissions: ['write'] }],
    ['jti', 'mine'],
    ['exp', 4_102_444_800],
    ['__proto__', { onBehalfOf: { userId: 'alice' } }],
  ])('the member %j in JSON text, which is refused by name', async (member, value) => {
    const body = `{"documentId": "doc", ${JSON.stringify(member)}: ${JSON.stringify(value)}}`;
    const answer = await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
    expect(answer.body).toContain(member);
  });

  test('a second documentId, for a parser that reads the other one', async () => {
    for (const body of [
      '{"documentId": "other", "documentId": "doc"}',
      '{"documentId": "doc", "documentId": "other"}',
      String.raw`{"documentId": "other", "\u0064ocumentId": "doc"}`,
    ]) {
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
    }
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'documentId=doc', 415],
    ['plain text, which a page of another site can send', 'text/plain', '{"documentId":"doc"}', 415],
    ['two media types', 'application/json, text/plain', '{"documentId":"doc"}', 415],
    ['UTF-16', 'application/json; charset=utf-16le', '{"documentId":"doc"}', 415],
    ['a list', 'application/json', '[{"documentId":"doc"}]', 400],
    ['two documents', 'application/json', '{"documentId":"doc"}{"documentId":"other"}', 400],
    ['nothing', 'application/json', '', 400],
  ])('as %s', async (_, contentType, body, status) => {
    const slug = status === 415 ? 'unsupported-media-type' : 'invalid-request';
    const headers = { 'content-type': contentType };
    await expectRefused(status, slug, [EVERYONE_EDITS], { headers, body });
  });

  test('that is nested too deep for a recursive parser', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const body = `{"documentId":"doc","permissions":${deep}}`;
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
  });

  test('a path or a name that would make the answer far longer than the request', async () => {
    const deep = `${'{"a":'.repeat(3000)}{"b":1,"b":2}${'}'.repeat(3000)}`;
    const long = JSON.stringify({ ...DOC, ['\u00e9'.repeat(6000)]: 1 });
    for (const body of [deep, long]) {
      const refusal = await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body });
      expect(JSON.stringify(refusal).length).toBeLessThan(10_000);
    }
  });

  test('a layer that is none, or every one', async () => {
    for (const layer of ['*', 'a*', 'a\u0000b', 'x'.repeat(257), 7, ['review']]) {
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, layer } });
    }
    const both = { ...DOC, layer: 'review', privateLayer: true };
    await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: both });
  });

  test('hostile document ids', async () => {
    for (const documentId of [
      '',
      '*',
      'other/../doc',
      '..',
      '.',
      'DOC#doc',
      'doc\u0000',
      'doc ',
      'x'.repeat(257),
      'd\u043ec',
      { $ne: '' },
      ['doc'],
      null,
    ]) {
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { documentId } });
    }
    for (const documentId of ['...', '__proto__', 'constructor', 'KEYS', 'DOC'])
      await expectRefused(403, 'not-granted', [EVERYONE_EDITS], { body: { documentId } });
  });

  test('a life that is not a length of time, or beyond the maximum of the stage', async () => {
    for (const ttlSeconds of [86_401, 1e9, -1, 0, 59, 600.5, '600'])
      await expectRefused(400, 'invalid-request', [EVERYONE_EDITS], { body: { ...DOC, ttlSeconds } });
  });
});

describe('a body that sets only its own values', () => {
  test('gets a token with the values that a client needs', async () => {
    const { result } = await attempt([grant(user('alice'), 'viewer', { layers: ['draft'] })], {
      body: { ...DOC, layer: 'draft', permissions: ['read-document'], ttlSeconds: 600 },
    });
    expect(result.statusCode).toBe(201);
    expect(tokenIn(result)).toEqual({
      jwt: expect.stringMatching(/^eyJ/) as unknown,
      documentId: 'doc',
      layer: 'draft',
      userId: 'alice',
      permissions: ['read-document'],
      issuedAt: '2026-01-31T12:00:00Z',
      expiresAt: '2026-01-31T12:10:00Z',
      refreshAt: '2026-01-31T12:08:00Z',
      serverUrl: 'https://documents.example.com',
      documentUrl: 'https://documents.example.com/api/1/documents/doc',
    });
  });
});

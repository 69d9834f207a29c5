import { expect, test } from '@jest/globals';
import { explainRequest } from '../../../../../tools/cli/explain/explain-request.ts';

test('the request has the members that were given, and no others', () => {
  expect(explainRequest({ user: 'bob', document: 'doc' })).toEqual({ userId: 'bob', documentId: 'doc' });
  expect(
    explainRequest({
      user: 'bob',
      document: 'doc',
      group: ['a', 'b'],
      layer: '',
      permission: ['write'],
      ttl: '60',
      'default-group': 'g',
    }),
  ).toEqual({
    userId: 'bob',
    documentId: 'doc',
    groups: ['a', 'b'],
    layer: '',
    permissions: ['write'],
    ttlSeconds: 60,
    defaultGroup: 'g',
  });
  expect(explainRequest({ user: 'bob', document: 'doc', 'private-layer': true })).toMatchObject({
    privateLayer: true,
  });
});

test.each([
  ['no user', { document: 'doc' }, '--user is required'],
  ['no document', { user: 'bob' }, '--document is required'],
  ['two layers', { user: 'bob', document: 'doc', layer: 'a', 'private-layer': true }, 'not both'],
  ['a life that is no number', { user: 'bob', document: 'doc', ttl: '1h' }, '--ttl must be a number'],
])('%s is a wrong call', (_what, options, message) => {
  expect(() => explainRequest(options)).toThrow(message);
});

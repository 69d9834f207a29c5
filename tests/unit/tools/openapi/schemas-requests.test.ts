import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { schemaNamed } from '../../../../tools/openapi/service.ts';
import { faultsOf } from '../../../support/openapi/openapi.ts';

describe('the schema of a request accepts and refuses the same bodies as the service', () => {
  const LONG_NAME = 'n'.repeat(512);
  const CASES: readonly (readonly [string, readonly unknown[], readonly unknown[]])[] = [
    [
      'MintRequest',
      [
        { documentId: 'd' },
        { documentId: 'a:b@c~d.e_f-1', layer: '' },
        { documentId: 'd', layer: '😀'.repeat(256) },
        { documentId: 'd', privateLayer: false },
        { documentId: 'd', privateLayer: true, permissions: ['write', 'download'], ttlSeconds: 60 },
        { documentId: 'd', onBehalfOf: { userId: LONG_NAME, groups: ['a', 'a'], name: 'é' } },
      ],
      [
        {},
        [],
        null,
        { documentId: '' },
        { documentId: 'd/e' },
        { documentId: 'd'.repeat(257) },
        { documentId: 'd', layer: 'a*' },
        { documentId: 'd', layer: 'a\u0085' },
        { documentId: 'd', layer: 'a'.repeat(257) },
        { documentId: 'd', layer: 'a', privateLayer: true },
        { documentId: 'd', permissions: [] },
        { documentId: 'd', permissions: ['write', 'write'] },
        { documentId: 'd', permissions: ['print'] },
        { documentId: 'd', ttlSeconds: 59 },
        { documentId: 'd', ttlSeconds: 86_401 },
        { documentId: 'd', ttlSeconds: 60.5 },
        { documentId: 'd', onBehalfOf: {} },
        { documentId: 'd', onBehalfOf: { userId: '' } },
        { documentId: 'd', onBehalfOf: { userId: 'a\n' } },
        { documentId: 'd', onBehalfOf: { userId: `${LONG_NAME}n` } },
        { documentId: 'd', user_id: 'a' },
      ],
    ],
    [
      'BatchRequest',
      [{ requests: [{ documentId: 'd' }] }, { requests: new Array(100).fill({ documentId: 'd' }) }],
      [{}, { requests: [] }, { requests: new Array(101).fill({ documentId: 'd' }) }, { requests: [{}] }],
    ],
    [
      'InspectRequest',
      [{ jwt: '' }, { jwt: 'a', documentId: 'd', layer: '' }],
      [{}, { jwt: 1 }, { jwt: '', layer: '*' }],
    ],
    [
      'BackendTokenRequest',
      [
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: 'any', allowedOperations: 'any', ttlSeconds: 3600 },
        {
          allowedDocumentIds: ['d'],
          allowedOperations: ['ocr_api'],
          allowedOrigins: ['https://a.example', '.*'],
        },
      ],
      [
        { allowedDocumentIds: [], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: ['any'], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: ['d', 'd'], allowedOperations: ['ocr_api'] },
        { allowedDocumentIds: ['d'], allowedOperations: ['Sign'] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api', 'ocr_api'] },
        { allowedDocumentIds: ['d'], allowedOperations: 'all' },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], allowedOrigins: [] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], allowedOrigins: ['('] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], allowedOrigins: ['a\t'] },
        { allowedDocumentIds: ['d'], allowedOperations: ['ocr_api'], ttlSeconds: 3601 },
      ],
    ],
    [
      'GrantRequest',
      [
        { role: 'viewer' },
        { role: 'owner', layers: ['*'] },
        { role: 'viewer', layers: [], privateLayer: true },
        { role: 'viewer', layers: ['', 'a:b'], defaultGroup: 'g', expiresAt: '2099-01-01T00:00:00.5+01:00' },
      ],
      [
        {},
        { role: 'Boss' },
        { role: 'viewer', layers: [] },
        { role: 'viewer', layers: [], privateLayer: false },
        { role: 'viewer', layers: ['*', 'a'] },
        { role: 'viewer', layers: ['a', 'a'] },
        { role: 'viewer', layers: ['a*'] },
        { role: 'viewer', layers: ['user:bob'] },
        { role: 'viewer', layers: Array.from({ length: 51 }, (_, at) => `layer ${at}`) },
        { role: 'viewer', defaultGroup: 'a:b' },
        { role: 'viewer', defaultGroup: '' },
        { role: 'viewer', expiresAt: '2099-01-01T00:00Z' },
        { role: 'viewer', expiresAt: '2099-01-01' },
        { role: 'viewer', expiresAt: 4_070_908_800 },
        { role: 'viewer', grantedBy: 'a' },
      ],
    ],
    [
      'RevocationRequest',
      [{}, { userId: 'a', documentId: 'd', reason: 'x'.repeat(500) }, { reason: '' }],
      [{ userId: '' }, { documentId: 'a b' }, { reason: 'x'.repeat(501) }, { all: true }],
    ],
  ];

  const each = CASES.flatMap(([schema, taken, refused]) => [
    ...taken.map((body) => ({ schema, body, is: 'takes' })),
    ...refused.map((body) => ({ schema, body, is: 'refuses' })),
  ]);

  test.each(each.map((it) => ({ ...it, shown: JSON.stringify(it.body).slice(0, 80) })))(
    '$schema $is $shown',
    ({ schema, body, is }) => {
      const asDocumented = faultsOf(`/components/schemas/${schema}`, body).length === 0;
      const asParsed = z.safeParse(schemaNamed(schema).schema, body).success;
      expect([asDocumented, asParsed]).toEqual([is === 'takes', is === 'takes']);
    },
  );
});

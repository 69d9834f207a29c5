import { expect, test } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { parseEnvironment } from '../../../lib/runtime/environment.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { environment, rotationOf } from '../../../lib/wiring/rotate-signing-key.ts';
import { certified } from '../../support/signing-keys/certificate.ts';
import { ecSpki } from '../../support/signing-keys/ec-numbers.ts';
import { ecPair, pkcs8, spki } from '../../support/signing-keys/keys.ts';

const ROTATION = {
  LOG_LEVEL: 'info',
  STAGE: 'example',
  TABLE_NAME: 'table',
  SIGNING_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf',
  JWT_ALGORITHM: 'ES256',
  DOCUMENT_ENGINE_URL: 'https://documents.example.com',
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:api-AbCdEf',
  MAX_TTL_SECONDS: '86400',
  ROTATION_INTERVAL_DAYS: '90',
};

const OPTIONAL = {
  DOCUMENT_ENGINE_API_URL: '',
  PROBE_DOCUMENT_ID: '',
  PREDECESSOR_PUBLIC_KEY: '',
  PREDECESSOR_VALID_UNTIL: '',
};

const silent = createLogger('error', () => undefined);

const rotationWith = (variables: Readonly<Record<string, string>>) =>
  rotationOf(
    parseEnvironment(environment, { AWS_REGION: 'eu-central-1', ...ROTATION, ...variables }),
    silent,
  );

test.each([
  ['left out', {}],
  ['empty', OPTIONAL],
])('Optional variables that are %s are absent', (_, variables) => {
  const parsed = parseEnvironment(environment, { ...ROTATION, ...variables });
  for (const name of Object.keys(OPTIONAL)) expect(parsed).not.toHaveProperty(name, expect.anything());
  expect(rotationWith(variables)).not.toHaveProperty('predecessor');
  expect(rotationWith(variables)).not.toHaveProperty('probeDocumentId');
});

test('Times come as seconds: the interval of days, and when the predecessor ends', () => {
  const publicKey = spki(ecPair().publicKey);
  expect(
    rotationWith({ PREDECESSOR_PUBLIC_KEY: publicKey, PREDECESSOR_VALID_UNTIL: '2027-01-31T12:00:00Z' }),
  ).toMatchObject({
    interval: 90 * 86_400,
    predecessor: { publicKey, validUntil: Date.UTC(2027, 0, 31, 12) / 1000 },
  });
});

test.each([
  ['a certificate', certified.certificate],
  ['blanks in place of line breaks', certified.publicKey.replaceAll('\n', ' ')],
  ['base64', Buffer.from(certified.publicKey).toString('base64')],
  ['explicit curve parameters', ecSpki('ES256', createPublicKey(certified.publicKey), 'hybrid', true)],
])('the key of a predecessor is handed to Document Engine as SPKI PEM, also from %s', (_, value) => {
  expect(
    rotationWith({ PREDECESSOR_PUBLIC_KEY: value, PREDECESSOR_VALID_UNTIL: '2027-01-31T12:00:00Z' }),
  ).toMatchObject({ predecessor: { publicKey: certified.publicKey } });
});

test('a private key in place of the predecessor is refused, and the error quotes nothing of it', () => {
  const value = pkcs8(ecPair().privateKey);
  const start = () =>
    rotationWith({ PREDECESSOR_PUBLIC_KEY: value, PREDECESSOR_VALID_UNTIL: '2027-01-31T12:00:00Z' });
  expect(start).toThrow(/PREDECESSOR_PUBLIC_KEY: holds a private key.*replace this key/);
  expect(start).not.toThrow(value.split('\n')[1]);
});

test('a predecessor of "none" is handed on as such, and has no end', () => {
  expect(rotationWith({ PREDECESSOR_PUBLIC_KEY: 'none' })).toMatchObject({ predecessor: 'none' });
  expect(() =>
    rotationWith({ PREDECESSOR_PUBLIC_KEY: 'none', PREDECESSOR_VALID_UNTIL: '2027-01-31T12:00:00Z' }),
  ).toThrow('PREDECESSOR_VALID_UNTIL: must be left out if predecessorPublicKey is none');
});

test.each(['.', '..', 'a/b'])(
  'A probe document %j, which a URL path would lose or split, is refused with the rule',
  (id) => {
    expect(() => rotationWith({ PROBE_DOCUMENT_ID: id })).toThrow(
      /PROBE_DOCUMENT_ID.* must be the id of a document .*: 1 to 256 characters .*, and not "\." or "\.\."/,
    );
  },
);

import { createHash, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { CompactSign } from 'jose';
import { type Algorithm } from '../../../../../../tools/local/stand-ins/document-engine/index.ts';
import {
  claims,
  newKey,
  oldKey,
  pairOf,
  signed,
  start,
  stopEngineAfterEach,
  verdict,
} from '../../../../../support/document-engine/engine-under-test.ts';

stopEngineAfterEach();

describe('the signature of a client token', () => {
  test.each<Algorithm>(['RS256', 'RS512', 'ES256', 'ES512'])('%s tokens are accepted', async (algorithm) => {
    const key = await pairOf(algorithm);
    await start({ algorithm, publicKey: key.pem });
    expect(verdict(await signed(claims, key, { alg: algorithm }))).toBe(true);
  });

  test('an algorithm other than the configured one is refused, even with the right key', async () => {
    const key = await pairOf('RS256');
    await start({ algorithm: 'RS512', publicKey: key.pem });
    expect(verdict(await signed(claims, key, { alg: 'RS256' }))).toMatch(/^403 Invalid `alg` header/);
  });

  test('forgeries are refused', async () => {
    await start();
    const [header = '', payload = '', signature = ''] = (await signed()).split('.');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hmac = createHash('sha256').update(`${header}.${payload}.${oldKey.pem}`).digest('base64url');
    const der = sign('sha256', Buffer.from(`${header}.${payload}`), oldKey.privateKey).toString('base64url');
    const forged = [
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'HS256' })}.${payload}.${hmac}`,
      `${header}.${encode({ ...claims, document_id: 'another' })}.${signature}`,
      `${header}.${payload}.${der}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `bnVsbA.${payload}.${signature}`,
      'not a token',
      await signed(claims, newKey),
    ];
    for (const token of forged) expect(verdict(token)).toMatch(/^403 Invalid /);
  });

  test('an extension that must be understood is refused', async () => {
    await start();
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', crit: ['urn:x'], 'urn:x': 1 })
      .sign(oldKey.privateKey, { crit: { 'urn:x': true } });
    expect(verdict(token)).toMatch(/^403 Invalid `crit` header/);
  });

  test.each(['[]', 'null', '"text"', '{', ''])('the signed payload %j is refused', async (payload) => {
    await start();
    const token = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .sign(oldKey.privateKey);
    expect(verdict(token)).toMatch(/^403 Invalid JWT/);
  });
});

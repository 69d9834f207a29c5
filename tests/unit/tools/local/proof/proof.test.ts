import { expect, test } from '@jest/globals';
import {
  clientSecretOf,
  isSame,
  proofOfAnswer,
  proofOfRequest,
  randomText,
  sessionTokenOf,
} from '../../../../../tools/local/proof/index.ts';

const secret = randomText();
const REQUEST = { method: 'GET', target: '/local/commands/table', nonce: 'n' };

test('A proof is for one request: with another method, target, nonce or secret it is another', () => {
  const proofs = [
    proofOfRequest(secret, REQUEST),
    proofOfRequest(secret, { ...REQUEST, method: 'POST' }),
    proofOfRequest(secret, { ...REQUEST, target: '/local/commands/tables' }),
    proofOfRequest(secret, { ...REQUEST, nonce: 'm' }),
    proofOfRequest(secret, { method: 'G', target: 'ET/local/commands/table', nonce: 'n' }),
    proofOfRequest(randomText(), REQUEST),
  ];
  expect(new Set(proofs).size).toBe(proofs.length);
});

test('A proof is for one answer to one request', () => {
  const proofs = [
    proofOfAnswer(secret, 'n', 200, 'body'),
    proofOfAnswer(secret, 'm', 200, 'body'),
    proofOfAnswer(secret, 'n', 500, 'body'),
    proofOfAnswer(secret, 'n', 200, 'other'),
    proofOfAnswer(secret, 'n2', 0, '0body'),
    proofOfAnswer(randomText(), 'n', 200, 'body'),
  ];
  expect(new Set(proofs).size).toBe(proofs.length);
});

test('A program that is sent one derived secret cannot use it for the others', () => {
  const derived = [
    secret,
    sessionTokenOf(secret),
    clientSecretOf(secret),
    sessionTokenOf(clientSecretOf(secret)),
    clientSecretOf(sessionTokenOf(secret)),
  ];
  expect(new Set(derived).size).toBe(derived.length);
});

test('Secrets are compared whole', () => {
  expect(isSame(secret, secret)).toBe(true);
  for (const other of [undefined, '', secret.slice(1), `${secret} `, randomText()])
    expect(isSame(other, secret)).toBe(false);
});

test('Every secret has 256 random bits', () => {
  expect(randomText()).toMatch(/^[\w-]{43}$/);
  expect(randomText()).not.toBe(randomText());
});

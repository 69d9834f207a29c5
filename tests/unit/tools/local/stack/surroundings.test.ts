import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readProberSecret } from '../../../../../lib/probes/index.ts';
import { systemClock } from '../../../../../lib/runtime/clock.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { generateSigningKey } from '../../../../../tools/local/stack/demo/demo-signing-key.ts';
import { localCredentials } from '../../../../../tools/local/stand-ins/aws-account.ts';
import { placesFrom } from '../../../../../tools/local/stack/places.ts';
import {
  startSurroundings,
  type Part,
  type Surroundings,
} from '../../../../../tools/local/stack/surroundings.ts';

/** An address of this machine in a network. Without a network: another one of its loopback addresses, on which as little listens. */
const network =
  Object.values(networkInterfaces())
    .flat()
    .find((it) => it?.family === 'IPv4' && !it.internal)?.address ?? '127.0.0.2';

const running: Part[] = [];
let surroundings: Surroundings;

beforeAll(async () => {
  const keep = <Running extends Part>(part: Running): Running => {
    running.push(part);
    return part;
  };
  const options = {
    clock: systemClock,
    signingKey: await generateSigningKey(systemClock),
    awsCredentials: localCredentials('a session'),
    clientSecret: 'a secret',
    consoleClient: { clientId: 'console', isRedirectUri: () => false },
    invoke: () => Promise.resolve(null),
    log: createLogger('error'),
    deliveryFailed: () => undefined,
    places: placesFrom({ port: 0, network }),
  };
  surroundings = await startSurroundings(options, keep);
});
afterAll(async () => {
  await Promise.all(running.map((part) => part.close()));
});

/** Tells if the network reaches a server: if a connection to its port at the network's address is accepted. */
async function isReachable(url: string, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

test('With --host, the network reaches the issuer and Document Engine', async () => {
  for (const { url } of [surroundings.issuer, surroundings.documentEngine])
    expect([url, await isReachable(url, network)]).toEqual([url, true]);
});

test('the table and the private key for an attacker in the same Wi-Fi', async () => {
  for (const { url } of [surroundings.dynamoDB, surroundings.secretsManager])
    expect([url, await isReachable(url, network)]).toEqual([url, false]);
});

test('the backend’s token for an attacker in the same Wi-Fi, without its secret', async () => {
  const endpoint = new URL(surroundings.issuer.tokenEndpoint);
  endpoint.hostname = network;
  for (const secret of ['', 'any']) {
    const form = { grant_type: 'client_credentials', client_id: 'backend', client_secret: secret };
    const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) });
    expect(answer.status).toBe(400);
  }
});

test('the prober’s token for an attacker in the same Wi-Fi, with the secret of the demo backend', async () => {
  const form = { grant_type: 'client_credentials', client_id: 'prober', client_secret: 'a secret' };
  const body = new URLSearchParams(form);
  expect((await fetch(surroundings.issuer.tokenEndpoint, { method: 'POST', body })).status).toBe(400);
});

test('The prober has a secret with which the issuer gives it a token, and one that has expired', async () => {
  const { proberSecretArn: SecretId = '' } = surroundings;
  const secret = await readProberSecret(() =>
    surroundings.secretsManager.client().send(new GetSecretValueCommand({ SecretId })),
  );
  const expired = JSON.parse(
    Buffer.from(secret.expiredToken?.split('.')[1] ?? '', 'base64url').toString(),
  ) as { sub: string; exp: number };
  expect(expired.sub).toBe('prober');
  expect(expired.exp).toBeLessThan(systemClock.now() / 1000);
  const form = { grant_type: 'client_credentials', client_id: 'prober', client_secret: secret.clientSecret };
  const body = new URLSearchParams(form);
  expect((await fetch(secret.tokenEndpoint, { method: 'POST', body })).status).toBe(200);
});

test('A phone gets the token of a demo user, with the issuer that the API trusts', async () => {
  const endpoint = new URL(surroundings.issuer.tokenEndpoint);
  endpoint.hostname = network;
  const form = new URLSearchParams({ grant_type: 'password', username: 'alice', password: 'any' });
  const answer = (await (await fetch(endpoint, { method: 'POST', body: form })).json()) as {
    access_token: string;
  };
  const [, payload = ''] = answer.access_token.split('.');
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    iss: surroundings.issuer.url,
    sub: 'alice',
  });
});

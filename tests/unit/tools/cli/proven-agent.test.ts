import { beforeEach, describe, expect, test } from '@jest/globals';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createServer, type Server } from 'node:http';
import { ProvenAgent } from '../../../../tools/cli/proven-agent.ts';
import {
  NONCE_HEADER,
  PROOF_HEADER,
  proofOfAnswer,
  randomText,
} from '../../../../tools/local/proof/index.ts';
import { localClient, localCredentials } from '../../../../tools/local/stand-ins/aws-account.ts';
import { startSecretsManager } from '../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { resourcesOfFile } from '../../../support/runtime/resources.ts';

const resources = resourcesOfFile();
const token = randomText();
const credentials = localCredentials(token);

/** Puts a private key into the secret `key` as the keys command does. */
async function putKey(endpoint: string): Promise<unknown> {
  const client = new SecretsManagerClient({
    ...localClient(endpoint, credentials),
    requestHandler: { httpAgent: new ProvenAgent(token) },
    maxAttempts: 2,
  });
  try {
    return await client.send(
      new PutSecretValueCommand({ SecretId: 'key', SecretString: `the private key ${randomText()}` }),
    );
  } finally {
    client.destroy();
  }
}

test('The Secrets Manager of the stack proves itself, and gets the key', async () => {
  const server = resources.adopt(await startSecretsManager({ credentials }), (it) => it.close());
  server.createSecret('key');
  await putKey(server.url);
  expect(server.secret('key').find(undefined, undefined).value.content).toContain('the private key');
});

describe('a program that took the port of Secrets Manager after the stack has died gets no private key', () => {
  let received: string[];
  beforeEach(() => {
    received = [];
  });

  /** Starts a program that answers the question for a proof like this. */
  async function stranger(answer: (...exchange: Parameters<typeof respond>) => void): Promise<string> {
    const server: Server = createServer((request, response) => {
      received.push(`${request.method ?? ''} ${request.url ?? ''} ${JSON.stringify(request.headers)}`);
      request.on('data', (chunk: Buffer) => received.push(chunk.toString()));
      answer(request, response);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    resources.defer(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  }
  const respond: Parameters<typeof createServer>[1] & object = (_request, response) => {
    response.writeHead(204).end();
  };

  test.each<[string, typeof respond]>([
    ['that proves nothing', respond],
    [
      'that guesses the session token',
      ({ headers }, response) => {
        const proof = proofOfAnswer(randomText(), String(headers[NONCE_HEADER]), 204, '');
        response.writeHead(204, { [PROOF_HEADER]: proof }).end();
      },
    ],
    [
      'that sends an endless answer',
      (_request, response) => {
        response.writeHead(200).end('a'.repeat(100_000));
      },
    ],
    [
      'that hangs up',
      (_request, response) => {
        response.destroy();
      },
    ],
  ])('%s', async (_how, answer) => {
    const url = await stranger(answer);
    await expect(putKey(url)).rejects.toThrow('A program that is not the local stack holds a port of it.');
    expect(received.join()).not.toContain('the private key');
    expect(received.join()).not.toContain(token);
    expect(received[0]).toMatch(/^GET \/local\/proof /);
  });

  test('that replays the proof of the former stack', async () => {
    let former: string | undefined;
    const url = await stranger(({ headers }, response) => {
      former ??= proofOfAnswer(token, String(headers[NONCE_HEADER]), 204, '');
      response.writeHead(204, { [PROOF_HEADER]: former }).end();
    });
    await putKey(url).catch(() => undefined);
    received = [];
    await expect(putKey(url)).rejects.toThrow('is not the local stack');
    expect(received.join()).not.toContain('the private key');
  });
});

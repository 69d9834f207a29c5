import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InternalServiceError,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../lib/runtime/clock.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../tools/local/stand-ins/secrets-manager/index.ts';

const startedAt = Date.UTC(2030, 0, 1);
const clock: Clock = { now: () => startedAt, sleep: () => Promise.resolve() };
const tokenA = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const tokenB = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const tokenC = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc';

let server: LocalSecretsManager;
let client: SecretsManagerClient;

beforeEach(async () => {
  server = await startSecretsManager({ clock });
  client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const get = (VersionStage?: string, VersionId?: string) =>
  client.send(new GetSecretValueCommand({ SecretId: 'key', VersionStage, VersionId }));
const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
  client.send(
    new PutSecretValueCommand({ SecretId: 'key', ClientRequestToken, SecretString, VersionStages }),
  );
const move = (VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'key',
      VersionStage,
      RemoveFromVersionId,
      MoveToVersionId,
    }),
  );
const stages = async () =>
  (await client.send(new DescribeSecretCommand({ SecretId: 'key' }))).VersionIdsToStages;

/** Sends a request that no SDK would make. */
const post = (body: string, headers: Record<string, string>) =>
  fetch(server.url, { method: 'POST', body, headers });

describe('creating and reading', () => {
  test('a created secret is read by its name, its ARN and its ARN without the random characters', async () => {
    const { ARN, VersionId } = await client.send(
      new CreateSecretCommand({ Name: 'stage/key', SecretString: 'one', ClientRequestToken: tokenA }),
    );
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:stage\/key-[0-9a-f]{6}$/);
    expect(VersionId).toBe(tokenA);
    for (const SecretId of ['stage/key', ARN, ARN?.slice(0, -7)]) {
      const read = await client.send(new GetSecretValueCommand({ SecretId }));
      expect(read).toMatchObject({ ARN, Name: 'stage/key', VersionId: tokenA, SecretString: 'one' });
      expect(read.VersionStages).toEqual(['AWSCURRENT']);
      expect(read.CreatedDate).toEqual(new Date(startedAt));
    }
  });

  test('binary values come back byte for byte', async () => {
    const SecretBinary = new Uint8Array([0, 255, 128, 10]);
    await client.send(new CreateSecretCommand({ Name: 'key', SecretBinary }));
    const read = await get();
    expect(Uint8Array.from(read.SecretBinary ?? [])).toEqual(SecretBinary);
    expect(read.SecretString).toBeUndefined();
  });

  test('a name can be created once, except by a repeat of the same call', async () => {
    const create = (SecretString: string, ClientRequestToken: string) =>
      client.send(new CreateSecretCommand({ Name: 'key', SecretString, ClientRequestToken }));
    const first = await create('one', tokenA);
    expect(await create('one', tokenA)).toMatchObject({ ARN: first.ARN, VersionId: tokenA });
    await expect(create('two', tokenA)).rejects.toThrow(ResourceExistsException);
    await expect(create('one', tokenB)).rejects.toThrow(ResourceExistsException);
    await expect(client.send(new CreateSecretCommand({ Name: 'key' }))).rejects.toThrow(
      ResourceExistsException,
    );
  });

  test('a secret without a value is described but cannot be read', async () => {
    await client.send(new CreateSecretCommand({ Name: 'key', Description: 'signing key' }));
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'key' }));
    expect(described).toMatchObject({ Name: 'key', Description: 'signing key' });
    expect(described.VersionIdsToStages).toBeUndefined();
    await expect(get()).rejects.toThrow(ResourceNotFoundException);
  });

  test('an unknown secret, version or stage is not found', async () => {
    await expect(get()).rejects.toThrow(ResourceNotFoundException);
    server.createSecret('key', 'one');
    await expect(get('AWSPENDING')).rejects.toThrow(
      "can't find the specified secret value for staging label",
    );
    await expect(get(undefined, tokenA)).rejects.toThrow(ResourceNotFoundException);
  });

  test('a version id and a stage that name different versions are refused', async () => {
    server.createSecret('key');
    await put(tokenA, 'one');
    await put(tokenB, 'two');
    expect(await get('AWSPREVIOUS', tokenA)).toMatchObject({ SecretString: 'one' });
    await expect(get('AWSCURRENT', tokenA)).rejects.toThrow(InvalidRequestException);
  });

  test('rotation is told only once it was configured', async () => {
    server.createSecret('key', 'one');
    const describeKey = () => client.send(new DescribeSecretCommand({ SecretId: 'key' }));
    expect((await describeKey()).RotationEnabled).toBeUndefined();
    server.setRotationEnabled('key', true);
    expect((await describeKey()).RotationEnabled).toBe(true);
  });
});

describe('putting versions', () => {
  beforeEach(() => {
    server.createSecret('key');
  });

  test('the first version of an empty secret becomes current whatever stages were asked for', async () => {
    await put(tokenA, 'one', ['AWSPENDING']);
    expect(new Set((await stages())?.[tokenA])).toEqual(new Set(['AWSPENDING', 'AWSCURRENT']));
    expect((await get()).SecretString).toBe('one');
  });

  test('a version becomes current unless stages are named, and the former one previous', async () => {
    await put(tokenA, 'one');
    await put(tokenB, 'two');
    expect(await stages()).toEqual({ [tokenA]: ['AWSPREVIOUS'], [tokenB]: ['AWSCURRENT'] });
  });

  test('named stages move to the new version and leave the current one alone', async () => {
    await put(tokenA, 'one');
    await put(tokenB, 'two', ['AWSPENDING']);
    await put(tokenC, 'three', ['AWSPENDING', 'mine']);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT'], [tokenC]: ['AWSPENDING', 'mine'] });
  });

  test('a version that lost its last stage is deprecated: not listed, still read by its id', async () => {
    await put(tokenA, 'one');
    await put(tokenB, 'two');
    await put(tokenC, 'three');
    expect(await stages()).toEqual({ [tokenB]: ['AWSPREVIOUS'], [tokenC]: ['AWSCURRENT'] });
    expect((await get(undefined, tokenA)).SecretString).toBe('one');
  });

  test('repeating a call gives the same answer and moves nothing', async () => {
    const first = await put(tokenA, 'one');
    const repeated = await put(tokenA, 'one');
    expect({ ...repeated, $metadata: undefined }).toEqual({ ...first, $metadata: undefined });
    await put(tokenB, 'two');
    await put(tokenA, 'one');
    expect((await get()).VersionId).toBe(tokenB);
  });

  test('the same request token with another value is refused, and neither value is quoted', async () => {
    await put(tokenA, 'first-value');
    const refusal: unknown = await put(tokenA, 'second-value').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ResourceExistsException);
    expect(String(refusal)).not.toMatch(/first-value|second-value/);
  });

  test('a call with no value, two values or a short request token is refused by name', async () => {
    const bad = (input: object) =>
      client.send(new PutSecretValueCommand({ SecretId: 'key', ClientRequestToken: tokenA, ...input }));
    await expect(bad({})).rejects.toThrow(InvalidRequestException);
    await expect(bad({ SecretString: 'a', SecretBinary: new Uint8Array([1]) })).rejects.toThrow(
      InvalidParameterException,
    );
    await expect(put('short', 'one')).rejects.toThrow(/ClientRequestToken/);
  });
});

describe('moving stages', () => {
  beforeEach(async () => {
    server.createSecret('key');
    await put(tokenA, 'one');
    await put(tokenB, 'two', ['AWSPENDING']);
  });

  test('moving AWSCURRENT moves AWSPREVIOUS to the version it left', async () => {
    await move('AWSCURRENT', tokenA, tokenB);
    expect(await stages()).toEqual({ [tokenA]: ['AWSPREVIOUS'], [tokenB]: ['AWSPENDING', 'AWSCURRENT'] });
    await move('AWSCURRENT', tokenB, tokenA);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT'], [tokenB]: ['AWSPENDING', 'AWSPREVIOUS'] });
  });

  test('a label that is attached moves only if the version it is on is named', async () => {
    await expect(move('AWSCURRENT', undefined, tokenB)).rejects.toThrow(
      `currently attached to version ${tokenA}, so you must explicitly reference that version`,
    );
    await expect(move('AWSCURRENT', tokenB, tokenB)).rejects.toThrow(InvalidParameterException);
    await expect(move('AWSCURRENT', tokenC, tokenB)).rejects.toThrow(ResourceNotFoundException);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT'], [tokenB]: ['AWSPENDING'] });
  });

  test('a label is attached, detached, and attached again where it already is', async () => {
    await move('mine', undefined, tokenA);
    await move('mine', undefined, tokenA);
    await move('AWSPENDING', tokenB);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT', 'mine'] });
  });

  test('AWSCURRENT cannot be removed, and nothing moves to a version that is not there', async () => {
    await expect(move('AWSCURRENT', tokenA)).rejects.toThrow(InvalidParameterException);
    await expect(move('AWSCURRENT', tokenA, tokenC)).rejects.toThrow(ResourceNotFoundException);
    await expect(move('AWSPENDING')).rejects.toThrow(InvalidParameterException);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT'], [tokenB]: ['AWSPENDING'] });
  });
});

describe('misbehaving on request', () => {
  beforeEach(() => {
    server.createSecret('key', 'one');
  });

  test('an operation answers 5xx or throttles until it recovers, and the others go on', async () => {
    server.inject('GetSecretValue', 'server-error');
    await expect(get()).rejects.toThrow(InternalServiceError);
    const recover = server.inject('GetSecretValue', 'throttled');
    await expect(get()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await stages()).toBeDefined();
    recover();
    expect((await get()).SecretString).toBe('one');
    expect(server.calls('GetSecretValue')).toBe(3);
  });

  test('an operation answers garbage', async () => {
    server.inject('GetSecretValue', 'garbage');
    await expect(get()).rejects.toThrow(SyntaxError);
  });

  test('an operation that hangs is answered once it is released', async () => {
    const release = server.inject('GetSecretValue', 'hang');
    const settled = jest.fn();
    const hanging = get().finally(settled);
    while (server.calls('GetSecretValue') === 0) await stages();
    expect(settled).not.toHaveBeenCalled();
    release();
    expect((await hanging).SecretString).toBe('one');
  });

  test('closing ends what hangs', async () => {
    server.inject('GetSecretValue', 'hang');
    const hanging = expect(get()).rejects.toThrow();
    while (server.calls('GetSecretValue') === 0) await stages();
    await server.close();
    await hanging;
  });

  test('a write whose answer is lost has been carried out', async () => {
    const recover = server.inject('PutSecretValue', 'answer-lost');
    await expect(put(tokenA, 'two')).rejects.toThrow();
    recover();
    expect((await get()).SecretString).toBe('two');
  });
});

describe('requests that no SDK makes', () => {
  const target = { 'x-amz-target': 'secretsmanager.GetSecretValue' };

  test.each([
    ['no target', '{}', {}, 'UnknownOperationException'],
    [
      'an unknown operation',
      '{}',
      { 'x-amz-target': 'secretsmanager.constructor' },
      'UnknownOperationException',
    ],
    ['another service', '{}', { 'x-amz-target': 'kms.GetSecretValue' }, 'UnknownOperationException'],
    ['a body that is not JSON', '{"SecretId": hush-hush', target, 'SerializationException'],
    ['a body that is no object', '[]', target, 'InvalidParameterException'],
    ['a field of a wrong type', '{"SecretId": 7}', target, 'InvalidParameterException'],
  ])('%s is refused with AWS’s error shape', async (_case, body, headers, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(400);
    const answer = await response.text();
    expect(JSON.parse(answer)).toMatchObject({ __type: code });
    expect(answer).not.toContain('hush-hush');
  });

  test('a body over 1 MiB is refused', async () => {
    expect((await post('x'.repeat(1024 * 1024 + 1), target)).status).toBe(413);
  });
});

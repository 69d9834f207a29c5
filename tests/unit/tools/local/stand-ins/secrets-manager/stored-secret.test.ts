import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import {
  client,
  get,
  move,
  put,
  server,
  stages,
  tokenA,
  tokenB,
  tokenC,
  useSecretsManager,
} from '../../../../../support/secrets-manager/server-under-test.ts';

useSecretsManager();

describe('putting versions', () => {
  beforeEach(() => {
    server.createSecret('key');
  });

  test('the first version of an empty secret always becomes current', async () => {
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

  test('an attached label moves only if the request names its present version', async () => {
    await expect(move('AWSCURRENT', undefined, tokenB)).rejects.toThrow(
      `currently attached to version ${tokenA}, so you must explicitly reference that version`,
    );
    await expect(move('AWSCURRENT', tokenB, tokenB)).rejects.toThrow(InvalidParameterException);
    await expect(move('AWSCURRENT', tokenC, tokenB)).rejects.toThrow(ResourceNotFoundException);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT'], [tokenB]: ['AWSPENDING'] });
  });

  test('a label is attached, detached, and attached again to its present version', async () => {
    await move('mine', undefined, tokenA);
    await move('mine', undefined, tokenA);
    await move('AWSPENDING', tokenB);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT', 'mine'] });
  });

  test('AWSCURRENT cannot be removed, and no label moves to an unknown version', async () => {
    await expect(move('AWSCURRENT', tokenA)).rejects.toThrow(InvalidParameterException);
    await expect(move('AWSCURRENT', tokenA, tokenC)).rejects.toThrow(ResourceNotFoundException);
    await expect(move('AWSPENDING')).rejects.toThrow(InvalidParameterException);
    expect(await stages()).toEqual({ [tokenA]: ['AWSCURRENT'], [tokenB]: ['AWSPENDING'] });
  });
});

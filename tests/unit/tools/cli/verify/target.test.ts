import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findTarget, type VerifyOptions } from '../../../../../tools/cli/verify/target.ts';
import type { Target } from '../../../../../tools/cli/verify/verification.ts';
import { startFakeService, type FakeService } from '../../../../support/cli/fake-service.ts';
import { startStranger } from '../../../../support/local-stack/stranger.ts';

let service: FakeService;

beforeAll(async () => {
  service = await startFakeService();
});

afterAll(async () => {
  await service.close();
});

const find = (options: Partial<VerifyOptions>, callerToken = 'a.b.c'): Promise<Target> =>
  findTarget(
    {
      layer: '',
      ...((options.local === true || options.stage === 'local') && { port: new URL(service.url).port }),
      ...options,
    },
    { callerToken },
  );

describe('the target of a verification', () => {
  test('is the API of a given address, as the caller of the environment', async () => {
    expect(
      await find({ api: 'https://tokens.example.com/', document: 'contract-7', layer: 'review' }),
    ).toEqual({
      api: 'https://tokens.example.com',
      callerToken: 'a.b.c',
      documentId: 'contract-7',
      layer: 'review',
      revokes: false,
    });
  });

  test('has the prefix of private layers and the expired token that are given', async () => {
    const options = { api: 'https://a.example', document: 'd', layer: '', 'private-layer-prefix': 'own:' };

    expect(await findTarget(options, { callerToken: 'a.b.c', expiredToken: 'd.e.f' })).toMatchObject({
      privateLayerPrefix: 'own:',
      expiredToken: 'd.e.f',
    });
  });

  test('has no expired token that is cut short, and the message quotes none', async () => {
    const found = findTarget(
      { api: 'https://a.example', document: 'd', layer: '' },
      { callerToken: 'a.b.c', expiredToken: 'c2VjcmV0…' },
    );

    await expect(found).rejects.toThrow(/^LAYERMINT_EXPIRED_TOKEN does not hold a token alone/);
    await expect(found).rejects.not.toThrow('c2VjcmV0');
  });

  test.each([
    ['--stage local', { stage: 'local' }],
    ['--local', { local: true }],
  ])('is the local stack with its first document and a demo user, by %s alone', async (_how, options) => {
    expect(await find(options, '')).toEqual({
      api: service.url,
      callerToken: service.callerToken,
      documentId: 'first-document',
      layer: '',
      privateLayerPrefix: 'user:',
      revokes: false,
    });
  });

  test.each(['http://127.0.0.1:4747', 'http://localhost:4747', 'http://[::1]:4747'])(
    'can be on this machine without https: %s',
    async (api) => {
      expect(await find({ api, document: 'd' })).toMatchObject({ api });
    },
  );

  test('is another document of the local stack when one is given', async () => {
    expect(await find({ stage: 'local', document: 'second-document' })).toMatchObject({
      documentId: 'second-document',
    });
  });

  test.each<[string, Partial<VerifyOptions>, string]>([
    ['a document', { stage: 'prod' }, '--document is required'],
    ['a stage or an address', { document: 'd' }, '--stage, --local or --api is required'],
    [
      'a stage that can be deployed',
      { document: 'd', stage: 'example' },
      'The stage "example" is never deployed.',
    ],
    [
      'one of a stage and an address',
      { document: 'd', stage: 'local', api: 'https://a.example' },
      'not both',
    ],
    ['the local stack for a port', { document: 'd', stage: 'prod', port: '1' }, '--port goes with --local'],
    [
      'the local stack for a demo user',
      { document: 'd', stage: 'prod', user: 'bob' },
      '--user goes with --local',
    ],
    [
      'one of the local stack and another stage',
      { document: 'd', stage: 'prod', local: true },
      'Give --stage or --local, not both.',
    ],
    ['an address that is a URL', { document: 'd', api: 'tokens' }, '--api must be a URL'],
    [
      'https, so that nobody on the way reads the caller token',
      { document: 'd', api: 'http://tokens.example.com' },
      '--api must begin with https://',
    ],
    [
      'more than a name that looks like this machine',
      { document: 'd', api: 'http://127.0.0.1.evil.example' },
      '--api must begin with https://',
    ],
    [
      'more than a user name that looks like this machine',
      { document: 'd', api: 'http://127.0.0.1@evil.example' },
      '--api must begin with https://',
    ],
    [
      'the prefix of private layers for an address alone',
      { local: true, 'private-layer-prefix': 'own:' },
      '--private-layer-prefix goes with --api',
    ],
    [
      'a demo user that exists',
      { stage: 'local', user: 'mallory' },
      'no user "mallory". Its users are alice.',
    ],
    ['a port at which the local stack answers', { stage: 'local', port: '1' }, 'Start it with npm start'],
    ['a port that is a number', { stage: 'local', port: 'x' }, '--port must be a port number, not "x"'],
    ['a port that exists', { stage: 'local', port: '65536' }, '--port must be a port number, not "65536"'],
    ['a demo user that is its own', { stage: 'local', user: 'constructor' }, 'no user "constructor"'],
  ])('needs %s', async (_what, options, message) => {
    await expect(find(options)).rejects.toThrow(message);
  });

  test('needs a caller token in the environment', async () => {
    await expect(find({ stage: 'prod', document: 'd' }, '')).rejects.toThrow(
      "The environment variable LAYERMINT_CALLER_TOKEN must hold the caller's token",
    );
  });

  test('is not a stranger on the port of the local stack, who would get the token of a user', async () => {
    const body = JSON.stringify({ api: 'http://evil.example', callers: { alice: { token: 'a.b.c' } } });
    const stranger = await startStranger(body);

    await expect(find({ local: true, port: stranger.port })).rejects.toThrow(
      `The program at ${stranger.url} is not the local stack that was started here`,
    );

    await stranger.close();
  });
});

import { describe, expect, test } from '@jest/globals';
import { checkStage } from '../../infra/packaging/check-stage.ts';
import { checkFunctionEnvironment } from '../../infra/packaging/function-environment.ts';
import { ofStage, readStages } from '../../infra/stages/stages.ts';

const stages = await readStages();
const ISSUER = { name: 'one', issuer: 'https://one.example.com', audience: 'app', userIdPrefix: '' };
const OTHER = { name: 'other', issuer: 'https://other.example.com', audience: 'app', userIdPrefix: 'other/' };

/** Lists the faults of a stage with these parameters in the place of its issuers. */
function faults(parameters: Readonly<Record<string, unknown>>, stage = 'example-issuers'): string[] {
  const { issuers: _issuers, ...rest } = ofStage(stages, stage);
  try {
    checkStage({ ...stages, [stage]: { ...rest, ...parameters } }, stage);
    return [];
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, ''));
  }
}

const one = (changes: object): string[] => faults({ issuers: [{ ...ISSUER, ...changes }] });

describe('the issuers of a stage', () => {
  test('take the place of issuer and audience, which are required without them', () => {
    expect(faults({ issuers: [ISSUER] })).toEqual([]);
    expect(faults({ issuer: ISSUER.issuer, audience: 'app' })).toEqual([]);
    expect(faults({})).toEqual([
      'issuer: is required, unless the stage has issuers',
      'audience: is required, unless the stage has issuers',
    ]);
    expect(faults({ issuers: [ISSUER], audience: 'app' })).toEqual([
      'issuers: takes the place of issuer and audience. Remove these two',
    ]);
  });

  test('may be JSON on the command line', () => {
    expect(() => {
      checkStage(stages, 'example', [`issuers=${JSON.stringify([ISSUER, OTHER])}`]);
    }).not.toThrow();
    expect(faults({ issuers: '[{' })).toEqual(['issuers: must be a list of 1 to 10 issuers']);
  });

  test.each<[string, unknown]>([
    ['a text', 'one'],
    ['one issuer without a list', ISSUER],
    ['none', []],
    [
      'eleven',
      Array.from({ length: 11 }, (_, at) => ({
        ...OTHER,
        name: `n${at}`,
        issuer: `https://n${at}.example.com`,
        userIdPrefix: `${String.fromCharCode(97 + at)}/`,
      })),
    ],
  ])('must not be %s', (_what, issuers) => {
    expect(faults({ issuers })).toEqual(['issuers: must be a list of 1 to 10 issuers']);
  });

  test.each<[string, object, string]>([
    ['a misspelt member', { audiences: 'app' }, 'issuers.0: has the unknown member audiences'],
    ['no prefix', { userIdPrefix: undefined }, 'issuers.0.userIdPrefix: is required'],
    [
      'a name with a blank',
      { name: 'my issuer' },
      'issuers.0.name: must be 1 to 32 of a-z, 0-9 and -, and begin with a letter',
    ],
    ['no audience', { audience: undefined }, 'issuers.0.audience: is required'],
    ['a number', { audience: 42 }, 'issuers.0.audience: must be an audience or a list of one or more'],
    ['an empty list', { audience: [] }, 'issuers.0.audience: must be an audience or a list of one or more'],
    [
      'a blank audience',
      { audience: ' ' },
      'issuers.0.audience: must be an audience or a list of one or more',
    ],
    [
      'a query',
      { issuer: 'https://one.example.com?a=b' },
      'issuers.0.issuer: must be an https URL without a query, exactly as the "iss" claim of its tokens has it',
    ],
    [
      'an address without https',
      { issuer: 'http://one.example.com' },
      'issuers.0.issuer: must be an https URL without a query, exactly as the "iss" claim of its tokens has it',
    ],
    [
      'an address of this machine without https',
      { issuer: 'http://127.0.0.1' },
      'issuers.0.issuer: 127.0.0.1 is the machine that uses the address. Nothing in AWS can reach yours; npm start runs the service on this machine',
    ],
    [
      'an address of this machine',
      { issuer: 'https://localhost' },
      'issuers.0.issuer: localhost is the machine that uses the address. Nothing in AWS can reach yours; npm start runs the service on this machine',
    ],
    [
      'the address of its discovery document',
      { issuer: 'https://one.example.com/.well-known/openid-configuration' },
      'issuers.0.issuer: is the address of a discovery document. Write the part before /.well-known/',
    ],
    [
      'keys without https',
      { jwksUri: 'http://one.example.com/keys' },
      'issuers.0.jwksUri: must be the https URL of its key set',
    ],
  ])('must not have %s', (_what, changes, fault) => {
    expect(one(changes)).toEqual([fault]);
  });

  test.each(['HS256', 'HS512', 'none', 'ES256K', 'RSA-OAEP', ''])(
    'must not use the algorithm %s',
    (algorithm) => {
      expect(one({ algorithms: ['RS256', algorithm] })[0]).toMatch(
        /^issuers\.0\.algorithms\.1: must be a list of one or more of RS256/,
      );
    },
  );

  test('must have prefixes that keep their users apart', () => {
    const prefixed = (first: string, second: string): string[] =>
      faults({
        issuers: [
          { ...ISSUER, userIdPrefix: first },
          { ...OTHER, userIdPrefix: second },
        ],
      });
    expect(prefixed('', 'other/')).toEqual([]);
    expect(prefixed('', '')).toEqual(['issuers: userIdPrefix can be empty for one issuer only']);
    for (const [first, second] of [
      ['a', 'a/'],
      ['a/b/', 'a/'],
      ['a/', 'a/'],
    ] as const) {
      expect(prefixed(first, second)).toEqual([
        'issuers: userIdPrefix must not be the beginning of the userIdPrefix of another issuer',
      ]);
    }
  });

  test.each(['A/', 'а/', 'é/', 'a:', 'a=', 'a*', 'a b', '\u0000', 'a'.repeat(65)])(
    'must not have the prefix %j, which looks like another or breaks the placeholders of roles',
    (userIdPrefix) => {
      expect(one({ userIdPrefix })).toEqual([
        'issuers.0.userIdPrefix: must be up to 64 of a-z, 0-9 and . _ ~ | / @ -',
      ]);
    },
  );

  test('must have each name and each issuer once', () => {
    expect(faults({ issuers: [ISSUER, { ...OTHER, name: 'one' }] })).toEqual([
      'issuers: must not use a name twice',
    ]);
    expect(faults({ issuers: [ISSUER, { ...OTHER, issuer: ISSUER.issuer }] })).toEqual([
      'issuers: must not have an issuer twice: give it all its audiences',
    ]);
  });
});

test('variables that are too long for Lambda are refused before the deployment, by the function', () => {
  const many = (count: number): string =>
    JSON.stringify(
      Array.from({ length: count }, (_, at) => ({
        ...OTHER,
        name: `other-${at}`,
        issuer: `https://other-${at}.example.com/${'x'.repeat(300)}`,
        userIdPrefix: `${at}/`,
      })),
    );
  const given = (count: number): string[] =>
    checkFunctionEnvironment('authorizeCaller', {
      LOG_LEVEL: 'info',
      STAGE: 'prod',
      ISSUERS: many(count),
      TABLE_NAME: { Ref: 'Table' },
    });
  expect(given(8)).toEqual([]);
  expect(given(10)).toEqual([
    expect.stringMatching(/^authorizeCaller: its variables have about \d{4} bytes, and Lambda allows 4096/),
  ]);
});

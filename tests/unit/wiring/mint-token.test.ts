import { describe, expect, test } from '@jest/globals';
import { EnvironmentError, parseEnvironment, type Variables } from '../../../lib/runtime/environment.ts';
import { environment } from '../../../lib/wiring/mint-token.ts';

const MINT: Variables = {
  LOG_LEVEL: 'info',
  STAGE: 'example',
  TABLE_NAME: 'table',
  SIGNING_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf',
  JWT_ALGORITHM: 'ES256',
  DOCUMENT_ENGINE_URL: 'https://documents.example.com',
  MAX_TTL_SECONDS: '86400',
  DEFAULT_TTL_SECONDS: '3600',
  PRIVATE_LAYER_PREFIX: 'user:',
  USER_ID_CLAIM: 'sub',
  GROUPS_CLAIM: 'cognito:groups',
  SCOPES_CLAIM: '["scope","scp"]',
  NAME_CLAIM: 'name',
};

/** Lists the faults of an environment. */
function faultOf(variables: Variables): EnvironmentError {
  try {
    parseEnvironment(environment, variables);
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new TypeError('the environment is valid');
}

const variablesOf = ({ faults }: EnvironmentError): string[] => faults.map(({ variable }) => variable);

describe('The mint function', () => {
  test('reads its environment, numbers as numbers, and nothing else', () => {
    expect(parseEnvironment(environment, { ...MINT, PATH: '/bin', AWS_REGION: 'eu-central-1' })).toEqual({
      ...MINT,
      HASH_USER_IDS: 'off',
      SCOPES_CLAIM: ['scope', 'scp'],
      MAX_TTL_SECONDS: 86_400,
      DEFAULT_TTL_SECONDS: 3600,
    });
  });

  test('names every missing variable at once', () => {
    const [first, ...lines] = faultOf({}).message.split('\n');
    expect(first).toBe('The environment is not valid:');
    expect(lines.toSorted()).toEqual([
      '  - DEFAULT_TTL_SECONDS: must be a whole number of seconds, at least 60',
      '  - DOCUMENT_ENGINE_URL: must be the https URL of Document Engine, without a slash at its end',
      '  - GROUPS_CLAIM: must name a claim of the caller token',
      '  - JWT_ALGORITHM: must be one of ES256, ES512, RS256, RS512',
      '  - LOG_LEVEL: must be one of debug, info, warn, error',
      '  - MAX_TTL_SECONDS: must be a whole number of seconds, at least 60',
      '  - NAME_CLAIM: must name a claim of the caller token',
      '  - PRIVATE_LAYER_PREFIX: must be one or more characters of a layer name: no "*", no control characters',
      '  - SCOPES_CLAIM: must be a list of names of claims',
      '  - SIGNING_KEY_SECRET_ARN: must be the ARN of the secret that holds the signing key',
      '  - STAGE: must be the name of the stage',
      '  - TABLE_NAME: must name the DynamoDB table',
      '  - USER_ID_CLAIM: must name a claim of the caller token',
    ]);
  });

  test('says the same of empty variables, each once', () => {
    const empty = Object.fromEntries(Object.keys(MINT).map((name) => [name, '']));
    expect(faultOf(empty).message).toBe(faultOf({}).message);
  });

  test.each(Object.keys(MINT))('names %s alone if only that is missing', (variable) => {
    const error = faultOf({ ...MINT, [variable]: undefined });
    expect(error.faults).toEqual([{ variable, detail: expect.stringMatching(/^must /) }]);
  });

  test.each([
    ['LOG_LEVEL', 'INFO'],
    ['LOG_LEVEL', 'trace'],
    ['JWT_ALGORITHM', 'ES384'],
    ['JWT_ALGORITHM', 'es256'],
    ['JWT_ALGORITHM', 'none'],
    ['MAX_TTL_SECONDS', '59'],
    ['MAX_TTL_SECONDS', '86401'],
    ['MAX_TTL_SECONDS', '3600.5'],
    ['MAX_TTL_SECONDS', '1e4'],
    ['MAX_TTL_SECONDS', '-3600'],
    ['MAX_TTL_SECONDS', ' 3600'],
    ['DEFAULT_TTL_SECONDS', '0'],
    ['DEFAULT_TTL_SECONDS', 'an hour'],
    ['PRIVATE_LAYER_PREFIX', 'user*'],
    ['PRIVATE_LAYER_PREFIX', 'user\n'],
    ['PRIVATE_LAYER_PREFIX', 'u'.repeat(257)],
  ])('refuses %s %j', (variable, value) => {
    const error = faultOf({ ...MINT, DEFAULT_TTL_SECONDS: '60', [variable]: value });
    expect(variablesOf(error)).toEqual([variable]);
  });

  test.each([
    'https://documents.example.com',
    'https://documents.example.com:8443',
    'https://example.com/documents/v1',
    'http://127.0.0.1:5000',
    'http://localhost:5000',
    'http://[::1]:5000',
  ])('accepts the Document Engine at %s', (url) => {
    expect(parseEnvironment(environment, { ...MINT, DOCUMENT_ENGINE_URL: url }).DOCUMENT_ENGINE_URL).toBe(
      url,
    );
  });

  test.each([
    ['a slash at its end', 'https://documents.example.com/'],
    ['plain http to another machine', 'http://documents.example.com'],
    ['plain http to a name that only begins like this machine', 'http://localhost.example.com'],
    ['another scheme', 'ftp://documents.example.com'],
    ['no scheme', 'documents.example.com'],
    ['no host', 'https://'],
    ['a scheme without its slashes', 'https:documents.example.com'],
    ['backslashes', 'https:\\\\documents.example.com'],
    ['a query', 'https://documents.example.com?a=b'],
    ['an empty query', 'https://documents.example.com?'],
    ['a fragment', 'https://documents.example.com#a'],
    ['an empty fragment', 'https://documents.example.com#'],
    ['a user', 'https://user@documents.example.com'],
    ['a password', 'https://:password@documents.example.com'],
    ['a space before it', ' https://documents.example.com'],
    ['a line end after it', 'https://documents.example.com\n'],
    ['a port that there is not', 'https://documents.example.com:65536'],
  ])('refuses a URL of Document Engine with %s', (_, url) => {
    expect(variablesOf(faultOf({ ...MINT, DOCUMENT_ENGINE_URL: url }))).toEqual(['DOCUMENT_ENGINE_URL']);
  });

  test('accepts a default life that equals the longest', () => {
    const ttls = { MAX_TTL_SECONDS: '900', DEFAULT_TTL_SECONDS: '900' };
    expect(parseEnvironment(environment, { ...MINT, ...ttls })).toMatchObject({ DEFAULT_TTL_SECONDS: 900 });
  });

  test('refuses a default life above the longest, and names that beside every other fault', () => {
    const ttls = { MAX_TTL_SECONDS: '900', DEFAULT_TTL_SECONDS: '901' };
    const error = faultOf({ ...MINT, ...ttls, TABLE_NAME: undefined });
    expect(variablesOf(error).toSorted()).toEqual(['DEFAULT_TTL_SECONDS', 'TABLE_NAME']);
    expect(error.message).toContain('(maxTtlSeconds)');
  });
});

test('An environment error quotes no value: one could be a secret under the wrong name', () => {
  const wrong = Object.fromEntries(Object.keys(MINT).map((name) => [name, 'a secret\n*']));
  expect(faultOf(wrong).message).not.toContain('a secret');
});

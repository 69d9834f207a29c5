import { describe, expect, test } from '@jest/globals';
import { checkEnvironmentParameters } from '../../../infra/packaging/function-environment.ts';
import { checkStageParameters, type StageParameters } from '../../../infra/stages/check-parameters.ts';
import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { overlapOf, tooOften } from '../../../lib/signing-keys/index.ts';
import { ecPair, pkcs8, rsaPair, spki } from '../../support/signing-keys/keys.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

test('a replaced key verifies for the longest life, an hour and five minutes of caching, and five minutes more', () => {
  expect(overlapOf(900)).toBe(900 + HOUR + 300 + 300);
});

test('keys may be replaced as soon as their overlap is over, and no sooner', () => {
  expect(tooOften(overlapOf(DAY), DAY)).toBeUndefined();
  expect(tooOften(overlapOf(DAY) - 1, DAY)).toMatch(
    /must verify for 25\.2 hours.*longest life of a token, 24 hours.*rotate less often, or shorten maxTtlSeconds/,
  );
});

const stages = await readStages();

function faults(changes: StageParameters): string[] {
  const given = Object.entries({ ...ofStage(stages, 'example'), ...changes });
  const parameters = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return [
    ...checkStageParameters('example', parameters),
    ...checkEnvironmentParameters(['mintToken', 'rotateSigningKey', 'revokeTokens'], parameters),
  ];
}

const predecessorValidUntil = '2027-01-31T12:00:00Z';

describe('a stage', () => {
  test.each<[string, StageParameters]>([
    ['rotates every day, with tokens of an hour', { rotationIntervalDays: 1, maxTtlSeconds: 3600 }],
    ['does not rotate', { rotation: 'off' }],
    [
      'reaches Document Engine under another address',
      { documentEngineApiUrl: 'https://de.internal.example.com' },
    ],
    ['replaces a backend', { predecessorPublicKey: spki(ecPair().publicKey), predecessorValidUntil }],
    [
      'replaces a backend whose key was written with blanks in place of line breaks',
      { predecessorPublicKey: spki(ecPair().publicKey).replaceAll('\n', ' '), predecessorValidUntil },
    ],
    ['runs in a VPC', { vpc: { securityGroupIds: ['sg-1'], subnetIds: ['subnet-1', 'subnet-2'] } }],
  ])('is right that %s', (_case, changes) => {
    expect(faults(changes)).toEqual([]);
  });

  test.each<[StageParameters, string]>([
    [{ rotationIntervalDays: 1 }, 'rotationIntervalDays: is too short: a key must verify for 25.2 hours'],
    [{ rotationIntervalDays: 0 }, 'rotationIntervalDays: must be a whole number of days, 1 to 1000'],
    [{ rotationIntervalDays: 1001 }, 'rotationIntervalDays: must be a whole number of days'],
    [{ rotation: true }, "rotation: must be 'on' or 'off', in quotes in YAML"],
    [
      { documentEngineApiTokenSecretArn: undefined },
      'documentEngineApiTokenSecretArn: is required and must be the ARN of the secret',
    ],
    [
      {
        documentEngineApiTokenSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf',
      },
      "documentEngineApiTokenSecretArn: must be in the stage's region",
    ],
    [{ documentEngineApiUrl: 'http://de.example.com' }, 'documentEngineApiUrl: must be the https URL'],
    [{ probeDocumentId: 'a/b' }, 'probeDocumentId: must be the id of a document'],
    [
      { rotation: 'off', predecessorPublicKey: undefined, predecessorValidUntil },
      'predecessorPublicKey: is required and must be set with predecessorValidUntil',
    ],
    [{ predecessorValidUntil }, 'predecessorValidUntil: must be left out if predecessorPublicKey is none'],
    [
      { predecessorPublicKey: spki(ecPair().publicKey) },
      'predecessorValidUntil: is required and must be set with predecessorPublicKey',
    ],
    [
      { predecessorPublicKey: spki(rsaPair().publicKey), predecessorValidUntil },
      'predecessorPublicKey: ES256 needs an EC key on curve P-256, and this is a key of type rsa',
    ],
    [
      { predecessorPublicKey: pkcs8(ecPair().privateKey), predecessorValidUntil },
      'predecessorPublicKey: holds a private key. Everyone who can read the stage can sign with it: replace this key',
    ],
    [
      { predecessorPublicKey: spki(ecPair().publicKey), predecessorValidUntil: 'next year' },
      'predecessorValidUntil: must be when the last of its tokens has run out',
    ],
    [{ vpc: { securityGroupIds: ['sg-1'], subnetIds: [] } }, 'vpc.subnetIds: '],
  ])('is refused with %o', (changes, expected) => {
    expect(faults(changes)).toContainEqual(expect.stringContaining(expected));
  });
});

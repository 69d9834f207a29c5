import * as z from 'zod';
import { LOG_LEVELS } from '../../lib/runtime/log.ts';
import { ALGORITHMS } from '../../lib/signing-keys/index.ts';
import { oneOf, type Parameter } from './parameter.ts';
import * as values from './values.ts';

/**
 * Every parameter that a stage can set, in the order of docs/configuration.md. The checks of packaging, the environment of each
 * function and the table in docs/configuration.md (`npm run generate`) are made from this table.
 */
export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  issuer: {
    value: values.issuer,
    allowed: 'an https URL',
    does: "The issuer of caller tokens. Copy their `iss` claim letter for letter, with its final slash if it has one. API Gateway finds the issuer's keys through `<issuer>/.well-known/openid-configuration`, and accepts RS algorithms only.",
  },
  audience: {
    value: () =>
      z.union([values.name, z.array(values.name).min(1)], 'must be an audience or a list of one or more'),
    allowed: 'a string or a list of strings',
    does: 'The audience of caller tokens: their `aud`, or their `client_id` if they have no `aud`, like the access tokens of Cognito.',
  },
  documentEngineUrl: {
    variable: 'DOCUMENT_ENGINE_URL',
    allowed: 'an https URL without a trailing slash',
    does: 'The address at which the apps reach Document Engine. Every answer repeats it as `serverUrl`.',
  },
  documentEngineApiTokenSecretArn: {
    variable: 'DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN',
    value: () => values.secretArn('document-engine-api-token-AbCdEf'),
    allowed: 'the ARN of a secret',
    does: "The secret with Document Engine's `API_AUTH_TOKEN`. Layermint needs it to revoke tokens and to replace keys. See [below](#document-engines-api-token).",
  },
  documentEngineApiUrl: {
    otherwise: '`documentEngineUrl`',
    variable: 'DOCUMENT_ENGINE_API_URL',
    allowed: 'an https URL without a trailing slash',
    does: 'The address at which the functions reach Document Engine, if it is another one.',
  },
  vpc: {
    otherwise: 'none',
    value: () =>
      z.strictObject(
        {
          securityGroupIds: values.list(/^sg-[0-9a-f]+$/, 'the id of a security group'),
          subnetIds: values.list(/^subnet-[0-9a-f]+$/, 'the id of a subnet'),
        },
        'must be {securityGroupIds: [...], subnetIds: [...]}',
      ),
    allowed: '`{securityGroupIds: […], subnetIds: […]}`',
    does: 'The private network for the functions that call Document Engine. They must be able to reach AWS from there too.',
  },
  region: {
    default: 'us-east-1',
    value: () => values.text(values.REGION, 'an AWS region such as eu-central-1'),
    allowed: 'an AWS region',
    does: 'The region of the deployment. All ARNs must be in this region.',
  },
  algorithm: {
    default: 'ES256',
    variable: 'JWT_ALGORITHM',
    allowed: oneOf(ALGORITHMS),
    does: "The algorithm that signs the tokens. It must equal Document Engine's `JWT_ALGORITHM`. See [below](#the-algorithm).",
  },
  maxTtlSeconds: {
    default: 86_400,
    variable: 'MAX_TTL_SECONDS',
    allowed: '60 to 86400',
    does: 'The longest token life that a client can request.',
  },
  defaultTtlSeconds: {
    default: 3600,
    variable: 'DEFAULT_TTL_SECONDS',
    allowed: '60 to `maxTtlSeconds`',
    does: 'The life of a token if the client requests none.',
  },
  privateLayerPrefix: {
    default: 'user:',
    variable: 'PRIVATE_LAYER_PREFIX',
    allowed: 'characters of a layer name, one or more',
    does: 'The prefix of the names of private layers, before the user id. If you change it, users no longer reach the content of their private layers.',
  },
  userIdClaim: {
    default: 'sub',
    variable: 'USER_ID_CLAIM',
    allowed: 'the name of a claim',
    does: 'The claim of the caller token that becomes `user_id`. See [below](#claims-and-scopes).',
  },
  groupsClaim: {
    default: 'cognito:groups',
    variable: 'GROUPS_CLAIM',
    allowed: 'the name of a claim',
    does: "The claim with the caller's groups: a list of strings, or one string.",
  },
  nameClaim: {
    default: 'name',
    variable: 'NAME_CLAIM',
    allowed: 'the name of a claim',
    does: 'The claim that becomes `creator_name`, if it is a string of 1 to 512 bytes without control characters. Any other is left out.',
  },
  backendTokensForAny: {
    default: 'off',
    variable: 'BACKEND_TOKENS_FOR_ANY',
    allowed: oneOf(["'on'", "'off'"]),
    does: 'If on, a backend token may be valid for any document or any operation.',
  },
  signingKeySecretArn: {
    otherwise: 'a secret of the stack',
    variable: 'SIGNING_KEY_SECRET_ARN',
    value: () => values.secretArn('layermint-signing-key-AbCdEf'),
    allowed: 'the ARN of a secret',
    does: 'The secret with the signing key. See [below](#your-own-secret-and-kms-key).',
  },
  kmsKeyArn: {
    otherwise: "AWS's own key",
    value: () => values.kmsKeyArn,
    allowed: 'the ARN of a KMS key',
    does: "The key that encrypts the signing key's secret.",
  },
  rotation: {
    default: 'on',
    value: () => z.enum(['on', 'off'], "must be 'on' or 'off', in quotes in YAML"),
    allowed: oneOf(["'on'", "'off'"]),
    does: 'If on, Secrets Manager makes the first signing key and replaces it on a schedule. Turn it off if Document Engine takes its key from its environment.',
  },
  rotationIntervalDays: {
    default: 90,
    variable: 'ROTATION_INTERVAL_DAYS',
    allowed: '1 to 1000',
    does: 'The days between two replacements of the signing key.',
  },
  probeDocumentId: {
    otherwise: 'none',
    variable: 'PROBE_DOCUMENT_ID',
    allowed: 'a document id, not `.` or `..`',
    does: 'A document that Document Engine holds. Rotation opens its cover to test a key, if Document Engine revokes JWTs without verifying them.',
  },
  predecessorPublicKey: {
    otherwise: 'none',
    variable: 'PREDECESSOR_PUBLIC_KEY',
    allowed: 'a public key, PEM',
    does: 'The public key of the backend that Layermint replaces, so that its tokens stay valid until they expire.',
  },
  predecessorValidUntil: {
    otherwise: 'none',
    variable: 'PREDECESSOR_VALID_UNTIL',
    allowed: "a time such as `'2027-01-31T12:00:00Z'`",
    does: 'The expiry of the last token of that backend. Required with `predecessorPublicKey`.',
  },
  corsOrigins: {
    otherwise: 'none',
    value: () => values.origins,
    allowed: 'a list of origins',
    does: 'The web apps that may call the API from a browser. See [below](#web-apps).',
  },
  domainName: {
    otherwise: "API Gateway's",
    value: () =>
      values.text(
        /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
        'a host name in lower case such as tokens.example.com',
      ),
    allowed: 'a host name',
    does: 'A domain of your own for the API. See [below](#a-domain-of-its-own).',
  },
  certificateArn: {
    otherwise: '–',
    value: () => values.certificateArn,
    allowed: 'the ARN of a certificate',
    does: "The domain's certificate. Required with `domainName`.",
  },
  hostedZoneId: {
    otherwise: 'none',
    value: () =>
      values.text(/^Z[A-Z0-9]{1,31}$/, 'the id of a Route 53 hosted zone such as Z0123456789ABCDEFGHIJ'),
    allowed: 'the id of a Route 53 zone',
    does: "The zone in which the stack creates the domain's record.",
  },
  logLevel: {
    default: 'info',
    variable: 'LOG_LEVEL',
    allowed: oneOf(LOG_LEVELS),
    does: "The lowest level of the functions' log lines. No level logs a token, a key or a request body.",
  },
  logRetentionDays: {
    default: 30,
    value: () =>
      values.whole(1, 3653).refine((days) => values.RETENTION_DAYS.includes(days), {
        error: `must be one that CloudWatch Logs allows: ${values.RETENTION_DAYS.join(', ')}`,
      }),
    allowed: `${values.RETENTION_DAYS.slice(0, 8).join(', ')}, … as CloudWatch Logs allows`,
    does: 'The days for which all logs are kept.',
  },
  logsKmsKeyArn: {
    otherwise: "AWS's own key",
    value: () => values.kmsKeyArn,
    allowed: 'the ARN of a KMS key',
    does: 'The key that encrypts all logs. See [below](#your-own-secret-and-kms-key).',
  },
  memorySizeMb: {
    default: 1024,
    value: () => values.whole(128, 10240),
    allowed: '128 to 10240',
    does: 'The memory of each function. A process that mints needs an eighth of 1024 MB (`npm run bench`), but its share of a processor grows with the memory.',
  },
  throttleRatePerSecond: {
    default: 200,
    value: () => values.whole(1, 10000),
    allowed: '1 to 10000',
    does: 'The requests per second to a route. Above this, API Gateway answers 429.',
  },
  throttleBurst: {
    default: 400,
    value: () => values.whole(1, 5000),
    allowed: '1 to 5000',
    does: 'The requests to a route at the same moment. Above this, API Gateway answers 429.',
  },
  deletionPolicy: {
    default: 'Retain',
    value: () => z.enum(['Delete', 'Retain'], 'must be Delete or Retain'),
    allowed: oneOf(['Retain', 'Delete']),
    does: "The fate of the table and the stack's secret when the stack is removed or has to replace them.",
  },
};

/** The values of the parameters that a stage does not set, nor `default` in infra/stages/stages.yml. */
export const DEFAULTS: Readonly<Record<string, string | number>> = Object.fromEntries(
  Object.entries(PARAMETERS).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

/** The stage parameter that sets a variable of the functions; undefined for one that the stack itself sets. */
export function parameterOf(variable: string): string | undefined {
  return Object.keys(PARAMETERS).find((name) => PARAMETERS[name]?.variable === variable);
}

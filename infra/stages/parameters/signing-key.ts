import * as z from 'zod';
import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

/** {@link ParameterGroup} */
export const SIGNING_KEY: ParameterGroup = {
  title: 'The signing key',
  parameters: {
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
      does: "The key that encrypts the signing key's secret, and with `tableKmsKey` the table.",
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
    rotationWindowHours: {
      otherwise: 'any hour of the day',
      value: () => values.whole(1, 24),
      allowed: '1 to 24',
      does: 'The hours, from midnight UTC, in which Secrets Manager replaces the key on a day of rotation.',
    },
    signingKeyReaders: {
      otherwise: 'everyone whom IAM allows',
      value: () => values.list(values.ROLE_ARN, 'the full ARN of a role, without *'),
      allowed: 'a list of ARNs of roles',
      does: "The roles that may read the stack's secret beside the functions. All others are denied its value, administrators too. See [below](#your-own-secret-and-kms-key).",
    },
    predecessorPublicKey: {
      otherwise: "required with rotation `'on'`",
      variable: 'PREDECESSOR_PUBLIC_KEY',
      allowed: '`none`, or a public key',
      does: "The public key that Document Engine holds before Layermint's first rotation, if a backend signs with it: its tokens stay valid until they expire. `none` if no token of that key must stay valid. See [below](#the-key-that-document-engine-already-has).",
    },
    predecessorValidUntil: {
      otherwise: 'none',
      variable: 'PREDECESSOR_VALID_UNTIL',
      allowed: "a time such as `'2027-01-31T12:00:00Z'`",
      does: 'The expiry of the last token of that backend. Required if `predecessorPublicKey` is a key.',
    },
  },
};

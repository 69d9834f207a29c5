import * as z from 'zod';
import { isLoopback } from '../../lib/runtime/loopback.ts';

/** The numbers of days for which CloudWatch Logs can keep log events (AWS::Logs::LogGroup, RetentionInDays). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The name of an AWS region. */
export const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** The full ARN of an IAM role, with its path if it has one. */
export const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** A whole number, also as a string: every value of the command line is one (`--param name=value`). */
export const whole = (minimum: number, maximum: number) =>
  z
    .union(
      [z.int(), z.string().regex(/^\d+$/).transform(Number)],
      `must be a whole number of ${minimum} to ${maximum}`,
    )
    .refine(
      (value) => value >= minimum && value <= maximum,
      `must be a whole number of ${minimum} to ${maximum}`,
    );

/** A string that matches a pattern; `expected` describes it after "must be". */
export const text = (pattern: RegExp, expected: string) =>
  z.string(`must be ${expected}`).regex(pattern, `must be ${expected}`);

/** A list of one or more strings that match a pattern, each once. */
export const list = (pattern: RegExp, expected: string) =>
  z
    .array(text(pattern, expected))
    .min(1, 'must not be empty')
    .refine((all) => new Set(all).size === all.length, 'must not name anything twice');

/** A string that is not blank. */
export const name = z
  .string('must be a string')
  .regex(/\S/, 'must not be empty')
  .regex(/^(?!\s)[^]*(?<!\s)$/, 'must have no blank at its beginning or end');

const arn = (service: string, resource: string, example: string) =>
  text(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`),
    `a full ARN such as arn:aws:${service}:eu-central-1:111122223333:${example}`,
  );

/**
 * The full ARN of a secret. It ends with a hyphen and six characters that AWS appends to the name. A policy for an ARN without them
 * allows nothing (IAM, "Secrets Manager: Resources"). A name can end in the same way, such as my-secret, so that not every ARN
 * without the six characters is found.
 *
 * @param example - a secret's name with the six characters
 */
export const secretArn = (example: string) =>
  arn('secretsmanager', 'secret:[\\w/+=.@-]+', `secret:${example}`).regex(/-[A-Za-z0-9]{6}$|^(?!arn:)/, {
    error:
      "must end with the hyphen and the six characters that AWS appended to the secret's name, such as -AbCdEf: copy the ARN from Secrets Manager",
  });

/** The ARN of a KMS key, not of an alias. */
export const kmsKeyArn = arn('kms', 'key/[A-Za-z0-9-]+', 'key/1234abcd-12ab-34cd-56ef-1234567890ab');

/** The ARN of a certificate of AWS Certificate Manager. */
export const certificateArn = arn(
  'acm',
  'certificate/[A-Za-z0-9-]+',
  'certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
);

const ofCloudFront = (service: string, resource: string, example: string) =>
  text(
    new RegExp(`^arn:aws:${service}:us-east-1:\\d{12}:${resource}$`),
    `a full ARN of the region us-east-1, as CloudFront demands, such as arn:aws:${service}:us-east-1:111122223333:${example}`,
  );

/** The ARN of a certificate for CloudFront. */
export const cloudFrontCertificateArn = ofCloudFront(
  'acm',
  'certificate/[A-Za-z0-9-]+',
  'certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
);

/** The ARN of a web ACL of AWS WAF for CloudFront: one of the scope `CLOUDFRONT`, whose ARN says `global`. */
export const webAclArn = ofCloudFront(
  'wafv2',
  'global/webacl/[A-Za-z0-9_-]+/[0-9a-f-]+',
  'global/webacl/layermint/1234abcd-12ab-34cd-56ef-1234567890ab',
);

/** The ARN of a standard SNS topic. The name of a FIFO topic ends with `.fifo`. */
export const topicArn = arn('sns', '[A-Za-z0-9_-]{1,256}', 'on-call');

const ISSUER =
  'must be an https URL without a query, exactly as the "iss" claim of the callers\' tokens has it';

/** The issuer of callers' tokens, exactly as their `iss` has it. API Gateway reads its metadata over https only. */
export const issuer = (stage: string) =>
  z.string('must be an https URL').refine((value) => {
    const url = URL.parse(value);
    if (!url || url.search || url.hash || url.username || value !== value.trim()) return false;
    return url.protocol === 'https:' || (stage === 'local' && url.protocol === 'http:' && isLoopback(url));
  }, ISSUER);

/** Origins of web pages. */
export const origins = z
  .array(
    z.string('must be an origin').refine((value) => {
      const url = URL.parse(value);
      return url?.origin === value && (url.protocol === 'https:' || isLoopback(url));
    }, 'must be an origin such as https://app.example.com (http for localhost only; no path, no *)'),
    'must be a list of origins',
  )
  .min(1, 'must name one origin or more');

const ofIam = (kind: string, resource: string, example: string) =>
  text(
    new RegExp(`^arn:aws[a-z-]*:iam::(aws|\\d{12}):${resource}$`),
    `the full ARN of ${kind} such as arn:aws:iam::111122223333:${example}`,
  );

/** The ARN of an IAM policy: the account's own, or one of AWS. */
export const policyArn = ofIam('an IAM policy', 'policy/[\\w+=,.@/-]+', 'policy/boundary');

/** The ARN of an IAM role. */
export const roleArn = ofIam('an IAM role', 'role/[\\w+=,.@/-]+', 'role/deployment');

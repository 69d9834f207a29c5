import * as z from 'zod';

/** The stage parameters as they are written: by name, of a stage and of `default` together. */
export type StageParameters = Readonly<Record<string, unknown>>;

/** The numbers of days for which CloudWatch Logs can keep log events (AWS::Logs::LogGroup, RetentionInDays). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** The command line hands every value over as text (`--param name=value`). */
const whole = (minimum: number, maximum: number) =>
  z
    .union(
      [z.int(), z.string().regex(/^\d+$/).transform(Number)],
      `must be a whole number of ${minimum} to ${maximum}`,
    )
    .refine(
      (value) => value >= minimum && value <= maximum,
      `must be a whole number of ${minimum} to ${maximum}`,
    );

const text = (pattern: RegExp, expected: string) =>
  z.string(`must be ${expected}`).regex(pattern, `must be ${expected}`);

const arn = (service: string, resource: string, example: string) =>
  text(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`),
    `a full ARN such as arn:aws:${service}:eu-central-1:111122223333:${example}`,
  );

const kmsKeyArn = arn('kms', 'key/[A-Za-z0-9-]+', 'key/1234abcd-12ab-34cd-56ef-1234567890ab');

const isLoopback = ({ hostname }: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** The issuer of callers' tokens, exactly as their `iss` has it. API Gateway reads its metadata over https only. */
const issuer = (stage: string) =>
  z.string('must be an https URL').refine((value) => {
    const url = URL.parse(value);
    if (!url || url.search || url.hash || url.username) return false;
    return url.protocol === 'https:' || (stage === 'local' && url.protocol === 'http:' && isLoopback(url));
  }, 'must be an https URL without a query, exactly as the "iss" claim of the callers\' tokens has it');

const name = z.string('must be a text').regex(/\S/, 'must not be empty');

const origin = z.string('must be an origin').refine((value) => {
  const url = URL.parse(value);
  return url?.origin === value && (url.protocol === 'https:' || isLoopback(url));
}, 'must be an origin such as https://app.example.com (http for localhost only; no path, no *)');

/** Checked as the function reads it, see function-environment.ts; listed here so that the name is known. */
const checkedAsEnvironment = z.unknown().optional();

/** Every parameter that a stage can set. docs/configuration.md says what each does. */
const schema = (stage: string) =>
  z.strictObject({
    region: text(REGION, 'an AWS region such as eu-central-1'),

    issuer: issuer(stage),
    audience: z.union([name, z.array(name).min(1)], 'must be an audience or a list of one or more'),

    documentEngineUrl: checkedAsEnvironment,
    algorithm: checkedAsEnvironment,
    maxTtlSeconds: checkedAsEnvironment,
    defaultTtlSeconds: checkedAsEnvironment,
    privateLayerPrefix: checkedAsEnvironment,
    userIdClaim: checkedAsEnvironment,
    groupsClaim: checkedAsEnvironment,
    nameClaim: checkedAsEnvironment,
    backendTokensForAny: checkedAsEnvironment,
    logLevel: checkedAsEnvironment,

    rotation: z.enum(['on', 'off'], "must be 'on' or 'off', in quotes in YAML"),
    rotationIntervalDays: checkedAsEnvironment,
    documentEngineApiUrl: checkedAsEnvironment,
    documentEngineApiTokenSecretArn: arn(
      'secretsmanager',
      'secret:[\\w/+=.@-]+',
      'secret:document-engine-api-token-AbCdEf',
    ).optional(),
    probeDocumentId: checkedAsEnvironment,
    predecessorPublicKey: checkedAsEnvironment,
    predecessorValidUntil: checkedAsEnvironment,
    vpc: z
      .strictObject(
        {
          securityGroupIds: z.array(text(/^sg-[0-9a-f]+$/, 'the id of a security group')).min(1),
          subnetIds: z.array(text(/^subnet-[0-9a-f]+$/, 'the id of a subnet')).min(1),
        },
        'must be {securityGroupIds: [...], subnetIds: [...]}',
      )
      .optional(),

    signingKeySecretArn: arn(
      'secretsmanager',
      'secret:[\\w/+=.@-]+',
      'secret:layermint-signing-key-AbCdEf',
    ).optional(),
    kmsKeyArn: kmsKeyArn.optional(),
    logsKmsKeyArn: kmsKeyArn.optional(),

    corsOrigins: z
      .array(origin, 'must be a list of origins')
      .min(1, 'must name one origin or more')
      .optional(),
    domainName: text(
      /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'a host name in lower case such as tokens.example.com',
    ).optional(),
    certificateArn: arn(
      'acm',
      'certificate/[A-Za-z0-9-]+',
      'certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
    ).optional(),
    hostedZoneId: text(
      /^Z[A-Z0-9]{1,31}$/,
      'the id of a Route 53 hosted zone such as Z0123456789ABCDEFGHIJ',
    ).optional(),

    logRetentionDays: whole(1, 3653).refine((days) => RETENTION_DAYS.includes(days), {
      error: `must be one that CloudWatch Logs allows: ${RETENTION_DAYS.join(', ')}`,
    }),
    memorySizeMb: whole(128, 10240),
    throttleRatePerSecond: whole(1, 10000),
    throttleBurst: whole(1, 5000),
    deletionPolicy: z.enum(['Delete', 'Retain'], 'must be Delete or Retain'),
  });

/**
 * Checks a stage's parameters, apart from those that lib/wiring/environment.ts checks as the functions read them.
 *
 * @param stage - the stage's name
 * @param parameters - the stage's own, those of `default`, and those of the command line, together
 * @returns everything that is wrong, one sentence each, which begins with the parameter's name; none when all is well
 */
export function checkStageParameters(stage: string, parameters: StageParameters): string[] {
  const parsed = schema(stage).safeParse(parameters);
  const faults = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, parameters));
  return [...faults, ...checkDomain(parameters), ...checkRegion(parameters)];
}

function describe(issue: z.core.$ZodIssue, parameters: StageParameters): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${key}: there is no such parameter`);
  }
  const [parameter, ...within] = issue.path.map(String);
  if (parameter === undefined) return [issue.message];
  if (parameters[parameter] === undefined) return [`${parameter}: is required and ${issue.message}`];
  return [`${[parameter, ...within].join('.')}: ${issue.message}`];
}

function checkDomain({ domainName, certificateArn, hostedZoneId }: StageParameters): string[] {
  if (domainName !== undefined)
    return certificateArn === undefined ? ['certificateArn: is required with domainName'] : [];
  return [
    ...(certificateArn === undefined ? [] : ['certificateArn: needs domainName']),
    ...(hostedZoneId === undefined ? [] : ['hostedZoneId: needs domainName']),
  ];
}

/** What a stage refers to, it must find in its own region. */
function checkRegion(parameters: StageParameters): string[] {
  const { region } = parameters;
  if (typeof region !== 'string' || !REGION.test(region)) return [];
  return [
    'signingKeySecretArn',
    'documentEngineApiTokenSecretArn',
    'kmsKeyArn',
    'logsKmsKeyArn',
    'certificateArn',
  ].flatMap((parameter) => {
    const value = parameters[parameter];
    if (typeof value !== 'string' || !value.startsWith('arn:') || value.split(':')[3] === region) return [];
    return [`${parameter}: must be in the stage's region, ${region}`];
  });
}

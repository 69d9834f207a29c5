import { describe, expect, test } from '@jest/globals';
import {
  checkEnvironmentParameters,
  checkFunctionEnvironment,
} from '../../infra/packaging/function-environment.ts';
import { FUNCTIONS } from '../../lib/wiring/environments.ts';
import { checkStageParameters, type StageParameters } from '../../infra/stages/check-parameters.ts';
import { DEFAULTS, PARAMETERS } from '../../infra/stages/parameters.ts';
import { DETAILED_METRICS_COST } from '../../infra/stages/parameters/api.ts';
import { ofStage, readStages, stagesIn } from '../../infra/stages/stages.ts';
import { deployedRoutes } from '../support/template/function-files.ts';

const stages = await readStages();

/** Lists the faults of the example stage with some parameters changed; `undefined` removes one. */
function faults(changes: StageParameters, stage = 'example'): string[] {
  const given = Object.entries({ ...ofStage(stages, stage), ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  const parameters = Object.fromEntries(given);
  return [
    ...checkStageParameters(stage, parameters),
    ...checkEnvironmentParameters(['mintToken', 'fallback'], parameters),
  ];
}

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab';

test('the cost of the metrics of each route is that of the routes there are', async () => {
  const routes = (await deployedRoutes()).length + 1; // $default
  const METRICS_OF_A_ROUTE = 6; // Count, 4xx, 5xx, Latency, IntegrationLatency, DataProcessed
  expect(DETAILED_METRICS_COST).toBe(Math.round(routes * METRICS_OF_A_ROUTE * 0.3));
});

const cloudFront = {
  domainName: 'tokens.example.com',
  certificateArn,
  executeApiEndpoint: 'off',
  webAclArn:
    'arn:aws:wafv2:us-east-1:111122223333:global/webacl/layermint/1234abcd-12ab-34cd-56ef-1234567890ab',
  cloudFrontCertificateArn: certificateArn,
  originSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:layermint-origin-AbCdEf',
};

const digest = 'a1'.repeat(32);

const vpc = { securityGroupIds: ['sg-0a1b2c3d'], subnetIds: ['subnet-0a1b2c3d'] };

/** Makes a number of tags. */
const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`tag-${at}`, '']));

const SECRETS = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:';
const TOPICS = 'arn:aws:sns:us-east-1:111122223333:';

describe('the parameters of a stage', () => {
  test.each(Object.keys(stages).filter((stage) => stage !== 'default'))(
    'are right in the shipped stage %s',
    (stage) => {
      expect(faults({}, stage)).toEqual([]);
    },
  );

  test.each<[string, StageParameters]>([
    [
      'numbers from the command line',
      { memorySizeMb: '512', logRetentionDays: '7', maxTtlSeconds: '600', defaultTtlSeconds: '60' },
    ],
    ['several audiences', { audience: ['web', 'mobile'] }],
    ['a domain with its certificate', { domainName: 'tokens.example.com', certificateArn }],
    ['a path on a domain that exists', { domainName: 'api.example.com', basePath: 'nutrient/tokens-2.0' }],
    [
      'a domain as the only address',
      { domainName: 'tokens.example.com', certificateArn, executeApiEndpoint: 'off' },
    ],
    ['a page on this machine as an origin', { corsOrigins: ['http://localhost:5173'] }],
    [
      'without a word on the predecessor, if rotation is off',
      { rotation: 'off', predecessorPublicKey: undefined },
    ],
    ['CloudFront in front', cloudFront],
    [
      'CloudFront as the only way, while the value of its header is changed',
      { ...cloudFront, originSecretSha256: [digest, digest.replace('a', 'b')] },
    ],
    [
      'throttles of single routes',
      { throttleByRoute: { $default: { rate: 1, burst: 1 }, 'HEAD /health': { rate: 10_000, burst: 5000 } } },
    ],
    ['a limit for each user', { userLimit: { perMinute: 1, burst: 100 } }],
    ['tags in any script', { tags: { team: 'Dokumente', 'layermint:owner': 'größte Änderung @ 5' } }],
    ['49 tags', { tags: numbered(49) }],
    [
      'a boundary and a deployment role, which are in no region',
      {
        permissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
        deploymentRoleArn: 'arn:aws:iam::111122223333:role/path/deployment-of-layermint',
      },
    ],
    ['functions that leave their network', { vpc, vpcFunctions: 'none' }],
    [
      'a Document Engine in the private network of the functions',
      {
        documentEngineApiUrl: 'https://document-engine.internal',
        vpc: { securityGroupIds: ['sg-0a'], subnetIds: ['subnet-0a'] },
      },
    ],
    [
      'a secret whose name looks like the end of an ARN',
      { signingKeySecretArn: `${SECRETS}my-secret-AbCdEf` },
    ],
    [
      'resources of IAM, which have no region',
      { deploymentRoleArn: 'arn:aws:iam::111122223333:role/deployer' },
    ],
    [
      'another partition with its ARNs',
      {
        region: 'cn-north-1',
        documentEngineApiTokenSecretArn:
          SECRETS.replace('aws:', 'aws-cn:').replace('us-east-1', 'cn-north-1') + 'token-AbCdEf',
      },
    ],
  ])('may be %s', (_what, changes) => {
    expect(faults(changes)).toEqual([]);
  });

  test.each<[StageParameters, string]>([
    [{ issuer: undefined }, 'issuer: is required, unless the stage has issuers'],
    [{ issuer: 'http://identity.example.com' }, 'issuer: must be an https URL'],
    [{ issuer: 'http://127.0.0.1:8080' }, 'issuer: must be an https URL'],
    [{ issuer: 'https://identity.example.com/?x=1' }, 'issuer: must be an https URL without a query'],
    [{ audience: undefined }, 'audience: is required'],
    [{ audience: [] }, 'audience: '],
    [{ audience: '' }, 'audience: must not be empty'],
    [{ region: 'Frankfurt' }, 'region: must be an AWS region such as eu-central-1'],
    [{ documentEngineUrl: undefined }, 'documentEngineUrl: is required and must be'],
    [{ documentEngineUrl: 'https://de.example.com/' }, 'documentEngineUrl: must be'],
    [{ algorithm: 'none' }, 'algorithm: must be one of ES256, ES512, RS256, RS512'],
    [{ maxTtlSeconds: 100_000 }, 'maxTtlSeconds: must be'],
    [{ maxTtlSeconds: 600 }, 'defaultTtlSeconds: must'],
    [{ privateLayerPrefix: '*' }, 'privateLayerPrefix: must be'],
    [{ userIdClaim: '' }, 'userIdClaim: must'],
    [{ userIdClaim: ' sub' }, 'userIdClaim: must have no blank at its beginning or end'],
    [{ groupsClaim: '/a~2b' }, 'groupsClaim: must be a JSON Pointer: write "~0" for "~"'],
    [{ nameClaim: '/profile/' }, 'nameClaim: must be a JSON Pointer without an empty part'],
    [{ groupsSeparator: '' }, 'groupsSeparator: must not be empty'],
    [{ groupsSeparator: 1 }, 'groupsSeparator: must be a string'],
    [{ scopesClaim: 'scope' }, 'scopesClaim: must be a list of names of claims'],
    [{ scopesClaim: ['scp', 'scp'] }, 'scopesClaim: must not name a claim twice'],
    [{ scopesClaim: ['scp', '/a~'] }, 'scopesClaim.1: must be a JSON Pointer'],
    [{ scopesClaim: [7] }, 'scopesClaim.0: must name a claim'],
    [{ ...cloudFront, executeApiEndpoint: 'on' }, "webAclArn: needs executeApiEndpoint 'off'"],
    [{ ...cloudFront, certificateArn: undefined }, 'webAclArn: needs certificateArn'],
    [{ ...cloudFront, cloudFrontCertificateArn: undefined }, 'webAclArn: needs cloudFrontCertificateArn'],
    [{ ...cloudFront, originSecretArn: undefined }, 'webAclArn: needs originSecretArn'],
    [{ originSecretSha256: [digest] }, 'originSecretSha256: needs webAclArn'],
    [{ cloudFrontCertificateArn: certificateArn }, 'cloudFrontCertificateArn: needs webAclArn'],
    [
      { ...cloudFront, originSecretSha256: [] },
      'originSecretSha256: must be a list of one or two SHA-256 digests',
    ],
    [
      { ...cloudFront, originSecretSha256: [digest.toUpperCase()] },
      'originSecretSha256.0: must be a list of one or two SHA-256 digests',
    ],
    [
      { ...cloudFront, originSecretSha256: [digest, digest, digest] },
      'originSecretSha256: must be a list of one or two SHA-256 digests',
    ],
    [
      {
        ...cloudFront,
        webAclArn: 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/layermint/1234abcd',
      },
      'webAclArn: must be a full ARN of the region us-east-1, as CloudFront demands',
    ],
    [
      { ...cloudFront, cloudFrontCertificateArn: certificateArn.replace('us-east-1', 'eu-central-1') },
      'cloudFrontCertificateArn: must be a full ARN of the region us-east-1, as CloudFront demands',
    ],
    [{ throttleByRoute: {} }, 'throttleByRoute: must map one route or more to {rate: …, burst: …}'],
    [
      { throttleByRoute: { 'POST /v1/tokens': 7 } },
      'throttleByRoute.POST /v1/tokens: must be {rate: …, burst: …}',
    ],
    [
      { throttleByRoute: { 'POST /v1/tokens': { rate: '7', burst: 1 } } },
      'throttleByRoute.POST /v1/tokens.rate: must be a whole number of 1 to 10000',
    ],
    [
      { throttleByRoute: { 'POST /v1/token': { rate: 1, burst: 1 } } },
      'throttleByRoute.POST /v1/token: there is no such route. Did you mean POST /v1/tokens?',
    ],
    [
      { throttleByRoute: { '/metrics/of/everything': { rate: 1, burst: 1 } } },
      'throttleByRoute./metrics/of/everything: there is no such route. The routes are POST /v1/tokens,',
    ],
    [{ userLimit: 60 }, 'userLimit: must be {perMinute: …, burst: …}'],
    [{ userLimit: { perMinute: 60 } }, 'userLimit.burst: must be a whole number from 100 to 10000'],
    [
      { userLimit: { perMinute: 60, burst: 99 } },
      'userLimit.burst: must be a whole number from 100 to 10000',
    ],
    [
      { userLimit: { perMinute: 0, burst: 100 } },
      'userLimit.perMinute: must be a whole number from 1 to 600',
    ],
    [
      { userLimit: { perMinute: 1.5, burst: 100 } },
      'userLimit.perMinute: must be a whole number from 1 to 600',
    ],
    [{ userLimit: { perMinute: 60, burst: 100, perHour: 1 } }, 'userLimit: must be {perMinute: …, burst: …}'],
    [{ backends: ['worker'] }, 'backends: must map user ids to lists of scopes'],
    [{ backends: {} }, 'backends: must name 1 to 20 backends'],
    [{ backends: { worker: 'layermint/grants' } }, 'backends.worker: must be a list of scopes'],
    [{ backends: { worker: [7] } }, 'backends.worker.0: must be a list of scopes'],
    [{ backends: { worker: [] } }, 'backends.worker: must have one scope or more'],
    [
      { backends: { worker: ['layermint/grant'] } },
      'backends.worker.0: there is no such scope. Did you mean layermint/grants?',
    ],
    [
      { backends: { worker: ['admin'] } },
      'backends.worker.0: there is no such scope. Those of Layermint are',
    ],
    [
      { backends: { worker: ['layermint/grants', 'layermint/grants'] } },
      'backends.worker: must not name a scope twice',
    ],
    [{ backends: { 'a\nb': ['layermint/grants'] } }, 'backends.a\nb: must be a user id'],
    [
      { backends: JSON.parse('{"__proto__": ["layermint/grants"]}') as unknown },
      'backends.__proto__: must be a user id',
    ],
    [
      { backends: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [at, ['layermint/grants']])) },
      'backends: must name 1 to 20 backends',
    ],
    [
      {
        backends: Object.fromEntries(
          ['a', 'b', 'c', 'd'].map((id) => [id.repeat(512), ['layermint/grants']]),
        ),
      },
      'backends: must have at most 2048 bytes as JSON',
    ],
    [{ logLevel: 'loud' }, 'logLevel: must be one of'],
    [
      { signingKeySecretArn: 'layermint-key' },
      'signingKeySecretArn: must be a full ARN such as arn:aws:secretsmanager:',
    ],
    [{ kmsKeyArn: 'alias/key' }, 'kmsKeyArn: must be a full ARN such as arn:aws:kms:'],
    [
      { logsKmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/a' },
      "logsKmsKeyArn: must be in the stage's region, us-east-1",
    ],
    [
      { documentEngineApiTokenSecretArn: `${SECRETS}document-engine-token` },
      'documentEngineApiTokenSecretArn: must end with the hyphen and the six characters that AWS appended',
    ],
    [
      { signingKeySecretArn: `${SECRETS}key` },
      'signingKeySecretArn: must end with the hyphen and the six characters',
    ],
    [
      { documentEngineUrl: 'http://localhost:5000' },
      'documentEngineUrl: localhost is the machine that uses the address',
    ],
    [{ documentEngineUrl: 'https://127.0.0.1' }, 'documentEngineUrl: 127.0.0.1 is the machine'],
    [
      { documentEngineApiUrl: 'https://host.docker.internal' },
      'documentEngineApiUrl: host.docker.internal is the machine',
    ],
    [{ issuer: 'https://localhost:8443/realm' }, 'issuer: localhost is the machine'],
    [{ issuer: ' https://identity.example.com/' }, 'issuer: must be an https URL'],
    [
      { issuer: 'https://identity.example.com/.well-known/openid-configuration' },
      'issuer: is the address of a discovery document. Write the part before /.well-known/',
    ],
    [
      { documentEngineApiUrl: 'https://10.0.0.8' },
      'documentEngineApiUrl: 10.0.0.8 is in a private network, and the functions reach it only with the parameter vpc',
    ],
    [{ documentEngineUrl: 'https://de.internal' }, 'documentEngineUrl: de.internal is in a private network'],
    [{ domainName: 'documents.example.com', certificateArn }, 'domainName: is the host of documentEngineUrl'],
    [{ audience: ['layermint', ''] }, 'audience.1: must not be empty'],
    [{ audience: ' layermint' }, 'audience: must have no blank at its beginning or end'],
    [
      { vpc: { securityGroupIds: ['sg-0a'], subnetIds: ['subnet-0a', 'subnet-0a'] } },
      'vpc.subnetIds: must not name anything twice',
    ],
    [{ vpc: { securityGroupIds: [], subnetIds: ['subnet-0a'] } }, 'vpc.securityGroupIds: must not be empty'],
    [
      { logsKmsKeyArn: 'arn:aws-cn:kms:us-east-1:111122223333:key/a' },
      'logsKmsKeyArn: must begin with arn:aws: in the region us-east-1',
    ],
    [{ kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:alias/key' }, 'kmsKeyArn: must be a full ARN such as'],
    [{ corsOrigins: ['*'] }, 'corsOrigins.0: must be an origin'],
    [{ corsOrigins: ['https://app.example.com/'] }, 'corsOrigins.0: must be an origin'],
    [{ corsOrigins: ['http://app.example.com'] }, 'corsOrigins.0: must be an origin'],
    [{ corsOrigins: 'https://app.example.com' }, 'corsOrigins: must be a list of origins'],
    [{ domainName: 'https://tokens.example.com', certificateArn }, 'domainName: must be a host name'],
    [{ certificateArn }, 'certificateArn: needs domainName'],
    [{ hostedZoneId: 'Z0123456789ABCDEFGHIJ' }, 'hostedZoneId: needs domainName'],
    [
      { domainName: 'api.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' },
      'hostedZoneId: needs certificateArn',
    ],
    [{ basePath: 'tokens' }, 'basePath: needs domainName'],
    ...['/tokens', 'tokens/', 'a//b', 'a/../b', '.', 'tökens', 'a b', 'a?b'].map(
      (basePath): [StageParameters, string] => [
        { domainName: 'api.example.com', basePath },
        'basePath: must be a path such as tokens or nutrient/tokens',
      ],
    ),
    [{ executeApiEndpoint: 'off' }, "executeApiEndpoint: 'off' needs domainName"],
    [{ executeApiEndpoint: true }, "executeApiEndpoint: must be 'on' or 'off', in quotes in YAML"],
    [{ detailedMetrics: false }, "detailedMetrics: must be 'on' or 'off', in quotes in YAML"],
    [
      { logRetentionDays: 31 },
      'logRetentionDays: must be one that CloudWatch Logs allows: 1, 3, 5, 7, 14, 30, 60',
    ],
    [{ memorySizeMb: 64 }, 'memorySizeMb: must be a whole number of 128 to 10240'],
    [{ throttleRatePerSecond: '1.5' }, 'throttleRatePerSecond: must be a whole number'],
    [{ throttleBurst: 0 }, 'throttleBurst: must be a whole number of 1 to 5000'],
    [
      { predecessorPublicKey: undefined },
      "predecessorPublicKey: is required with rotation 'on', because the first rotation replaces the key that Document Engine holds now. " +
        'Write the public key (PEM) of the backend that signs with it, and predecessorValidUntil; or none,',
    ],
    [{ predecessorPublicKey: '' }, "predecessorPublicKey: is required with rotation 'on'"],
    [
      { gradualDeployment: 'on' },
      'gradualDeployment: must be one of off, AllAtOnce, Canary10Percent5Minutes, Canary10Percent10Minutes',
    ],
    [{ deletionPolicy: 'Keep' }, 'deletionPolicy: must be Delete or Retain'],
    [{ tags: {} }, 'tags: must be 1 to 49 tags'],
    [{ tags: numbered(50) }, 'tags: must be 1 to 49 tags'],
    [{ tags: ['team'] }, 'tags: must be {name: value, …}'],
    [{ tags: { 'AWS:team': 'a' } }, 'tags.AWS:team: a name must not begin with "aws:"'],
    [{ tags: { ['x'.repeat(129)]: 'a' } }, `tags.${'x'.repeat(129)}: a name has at most 128 characters`],
    [{ tags: { 'team@home': 'a' } }, 'tags.team@home: a name consists of'],
    [{ tags: { '': 'a' } }, 'tags.: a name consists of'],
    [{ tags: { team: 4711 } }, 'tags.team: a value must be a string, in quotes if it is a number'],
    [{ tags: { team: 'x'.repeat(257) } }, 'tags.team: a value has at most 256 characters'],
    [{ tags: { team: 'a\nb' } }, 'tags.team: a value consists of'],
    [{ tags: { team: 'a', Team: 'b' } }, 'tags.Team: differs from another name in case alone'],
    [{ permissionsBoundaryArn: 'boundary' }, 'permissionsBoundaryArn: must be the full ARN of an IAM policy'],
    [
      { deploymentRoleArn: 'arn:aws:iam::111122223333:policy/a' },
      'deploymentRoleArn: must be the full ARN of an IAM role',
    ],
    [
      { deploymentRoleArn: 'arn:aws:iam::111122223333:role/layermint-example-deployment' },
      'deploymentRoleArn: must not begin as the names in the stack do',
    ],
    [{ vpc, vpcFunctions: 'some' }, 'vpcFunctions: must be one of document-engine, all, none'],
    [{ vpcFunctions: 'all' }, 'vpcFunctions: needs vpc'],
    [{ reservedConcurrency: true }, "reservedConcurrency: must be 'on' or 'off', in quotes in YAML"],
    [
      { alarmTopicArn: 'on-call' },
      'alarmTopicArn: must be a full ARN such as arn:aws:sns:eu-central-1:111122223333:on-call',
    ],
    [
      { alarmTopicArn: `${TOPICS}on-call.fifo` },
      'alarmTopicArn: must be a full ARN such as arn:aws:sns:eu-central-1:111122223333:on-call',
    ],
    [
      { alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:on-call' },
      "alarmTopicArn: must be in the stage's region, us-east-1",
    ],
    [
      { alarmTopicArn: `${TOPICS}on-call`, ticketTopicArn: 'arn:aws:sqs:us-east-1:111122223333:tickets' },
      'ticketTopicArn: must be a full ARN such as arn:aws:sns:',
    ],
    [{ ticketTopicArn: `${TOPICS}tickets` }, 'ticketTopicArn: needs alarmTopicArn'],
    [
      { proberSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:layermint-prober-AbCdEf' },
      'proberSecretArn: needs probeDocumentId, the document that the prober opens',
    ],
    [{ dashboard: true }, "dashboard: must be 'on' or 'off', in quotes in YAML"],
    [{ tracing: 'yes' }, "tracing: must be 'on' or 'off', in quotes in YAML"],
    [{ documentEngineURL: 'https://de.example.com' }, 'documentEngineURL: there is no such parameter'],
  ])('are refused: %j', (changes, fault) => {
    expect(faults(changes)).toEqual([expect.stringContaining(fault)]);
  });

  test('of a stage with a long name are refused if its deployment role could change its own rights', () => {
    const role = 'arn:aws:iam::111122223333:role/';
    const given = (name: string) => faults({ deploymentRoleArn: role + name }, 'production-europe-1');

    // CloudFormation cuts names that it makes up, and the policy allows all that begin with the rest.
    const fault = expect.stringContaining('deploymentRoleArn: must not begin as the names in the stack do');
    expect(given('layermint-production-eur-deployment')).toContainEqual(fault);
    expect(given('layermint-production-us')).not.toContainEqual(fault);
  });

  test('of the local stack are refused if they ask for a gradual deployment, by name', () => {
    expect(faults({ gradualDeployment: 'AllAtOnce' }, 'local')).toEqual([
      "gradualDeployment: must be 'off': the local stack has no versions of functions",
    ]);
  });

  test('are refused all at once, each by its name', () => {
    const found = faults({ issuer: undefined, logLevel: 'loud', throttleBurst: 0, colour: 'red' });

    expect(found.map((fault) => fault.split(':')[0])).toEqual([
      'issuer',
      'throttleBurst',
      'colour',
      'logLevel',
    ]);
  });
});

test('a wrong variable is reported under the name of the parameter that sets it', () => {
  const parameters = Object.entries(PARAMETERS).flatMap(([name, { variable }]) =>
    variable === undefined ? [] : [name],
  );
  const all = {
    ...ofStage(stages, 'example-full'),
    ...Object.fromEntries(parameters.map((name) => [name, '\n*'])),
  };
  const found = checkEnvironmentParameters(FUNCTIONS, all).map((fault) => fault.split(':')[0]);

  // Any text is right for a separator, and for a secret whose ARN packaging checks by itself.
  const anyText = ['groupsSeparator', 'signingKeySecretArn'];
  expect([...new Set(found), ...anyText].sort()).toEqual(parameters.sort());
});

describe('infra/stages/stages.yml', () => {
  test('may change a default for all stages', () => {
    const found = stagesIn({ default: { logLevel: 'debug' }, prod: {}, test: { logLevel: 'warn' } });
    expect(ofStage(found, 'prod')).toEqual({ ...DEFAULTS, logLevel: 'debug' });
    expect(ofStage(found, 'test')).toEqual({ ...DEFAULTS, logLevel: 'warn' });
  });

  test('may leave a stage empty, so that it has the default parameters', () => {
    const found = stagesIn({ default: { algorithm: 'RS512' }, prod: null });
    expect(ofStage(found, 'prod')).toEqual({ ...DEFAULTS, algorithm: 'RS512' });
  });

  test.each([
    ['a stage that is text', { default: {}, prod: 'eu-central-1' }, 'its stage "prod"'],
    ['a stage that is a list', { default: {}, prod: ['region'], test: {} }, 'its stage "prod"'],
    ['nothing', null, 'it'],
    ['a list', [{ prod: {} }], 'it'],
  ])('is refused with %s, by name', (_what, content, faulty) => {
    expect(() => stagesIn(content)).toThrow(
      `infra/stages/stages.yml: ${faulty} must hold NAME: VALUE lines and nothing else`,
    );
  });
});

describe('the environment of a function', () => {
  test('may have values that only CloudFormation can fill in', () => {
    expect(
      checkFunctionEnvironment('getHealth', {
        LOG_LEVEL: 'info',
        STAGE: 'prod',
        VERSION: { Ref: 'Version' },
      }),
    ).toEqual([]);
  });

  test('must hold every variable that the function reads', () => {
    expect(checkFunctionEnvironment('getHealth', { LOG_LEVEL: 'info', STAGE: 'prod' })).toEqual([
      expect.stringMatching(/^getHealth: VERSION must/),
    ]);
  });

  test('must be listed for every function of serverless.yml', () => {
    expect(checkFunctionEnvironment('surprise', {})).toEqual([
      expect.stringMatching(/lib\/wiring\/environments\.ts has no environment for "surprise"/),
    ]);
  });
});

import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { replaceReferences } from '../../infra/packaging/template/references.ts';
import { loadAsLambda } from '../support/local-stack/load-as-lambda.ts';
import { packagedStage, packagedTemplate } from '../support/template/packaged.ts';
import { ADOPTED_TABLE, permissionsOf, type StageResources } from '../support/template/permissions.ts';
import {
  environmentOf,
  functionsOf,
  readTemplate,
  readZip,
  resource,
  resourcesOf,
  statementsOf,
  type Template,
} from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

/** The public routes; all others need a caller token. */
const PUBLIC_ROUTES = [
  'GET /.well-known/jwks.json',
  'HEAD /.well-known/jwks.json',
  'GET /health',
  'HEAD /health',
  '$default',
];

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const NO_VALUE = { Ref: 'AWS::NoValue' };

/** Collects every text in a value, at any depth. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Reads the statements of each function's role, by the function's name. */
const statementsByFunction = (template: Template) =>
  Object.fromEntries(functionsOf(template).map((name) => [name, statementsOf(template, `${name}Role`)]));

/** Makes the statements that each function's role must have. */
const permissionsByFunction = (template: Template, stage: StageResources) =>
  Object.fromEntries(functionsOf(template).map((name) => [name, permissionsOf(name, stage)]));

describe('a stage without any optional parameter', () => {
  let directory: string;
  let template: Template;

  beforeAll(async () => {
    directory = await packagedStage('example');
    template = await readTemplate(directory);
  });

  test('asks for the caller token on every route except the public ones', () => {
    const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties,
    );

    const guarded = routes.filter(({ RouteKey }) => !PUBLIC_ROUTES.includes(String(RouteKey)));

    expect(guarded.map(({ RouteKey }) => RouteKey)).toContain('POST /v1/tokens');
    expect(guarded.filter(({ AuthorizationType }) => AuthorizationType !== 'JWT')).toEqual([]);
    for (const { AuthorizerId } of guarded) expect(AuthorizerId).toEqual({ Ref: 'HttpApiAuthorizerCaller' });
  });

  test("reads the caller token only from the Authorization header, and accepts only the stage's issuer and audience", () => {
    expect(resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer')).toMatchObject({
      HttpApiAuthorizerCaller: {
        Properties: {
          AuthorizerType: 'JWT',
          IdentitySource: ['$request.header.Authorization'],
          JwtConfiguration: { Issuer: 'https://identity.example.com/', Audience: ['layermint'] },
        },
      },
    });
  });

  test('gives every function its own role', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function');

    for (const name of functionsOf(template)) {
      expect(functions[`${name}LambdaFunction`]?.Properties['Role']).toEqual(arnOf(`${name}Role`));
    }
    expect(Object.keys(resourcesOf(template, 'AWS::IAM::Role'))).toHaveLength(functionsOf(template).length);
  });

  test('runs every function on arm64 and Node 24', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Function'))) {
      expect(Properties).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', MemorySize: 1024 });
    }
  });

  test('gives every function its listed permissions, and no more', () => {
    expect(statementsByFunction(template)).toEqual(
      permissionsByFunction(template, {
        secret: { Ref: 'SigningKeySecret' },
        apiTokenSecret:
          'arn:aws:secretsmanager:us-east-1:111122223333:secret:document-engine-api-token-AbCdEf',
        inVpc: 'nothing',
        traced: false,
      }),
    );
  });

  test('has no wildcard in any role except in partitions of the table, and no policy outside a role', () => {
    const roles = Object.values(resourcesOf(template, 'AWS::IAM::Role')).map(({ Properties }) => Properties);

    const wildcards = roles.flatMap(textsIn).filter((text) => text.includes('*'));
    expect(wildcards.filter((text) => !/^[A-Z]+#\*$/.test(text))).toEqual([]);
    for (const role of roles)
      expect(Object.keys(role)).toEqual(['AssumeRolePolicyDocument', 'PermissionsBoundary', 'Policies']);
    expect(Object.values(template.Resources).filter(({ Type }) => /^AWS::IAM::(?!Role$)/.test(Type))).toEqual(
      [],
    );
  });

  test('lets nothing but Lambda assume a role, and only on behalf of the same account', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      expect(Properties['AssumeRolePolicyDocument']).toEqual({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      });
    }
  });

  test("keeps every log for the stage's number of days", () => {
    const { AuditLogGroup, ...groups } = resourcesOf(template, 'AWS::Logs::LogGroup');

    expect(AuditLogGroup?.Properties).toMatchObject({ RetentionInDays: 400, KmsKeyId: NO_VALUE });
    expect(Object.keys(groups)).toHaveLength(functionsOf(template).length + 1);
    for (const { Properties } of Object.values(groups)) {
      expect(Properties).toMatchObject({ RetentionInDays: 30, KmsKeyId: NO_VALUE });
    }
  });

  test('logs the id, route, status and times of a request and the reason of its failure, and nothing that could hold a secret', () => {
    expect(resource(template, 'HttpApiStage').Properties['AccessLogSettings']).toEqual({
      DestinationArn: arnOf('HttpApiLogGroup'),
      Format: JSON.stringify({
        stage: 'example',
        requestId: '$context.requestId',
        route: '$context.routeKey',
        status: '$context.status',
        latencyMs: '$context.responseLatency',
        functionLatencyMs: '$context.integration.latency',
        functionRequestId: '$context.integration.requestId',
        error: '$context.error.responseType',
        authorizerError: '$context.authorizer.error',
        functionError: '$context.integrationErrorMessage',
      }),
    });
  });

  test('writes the access log where it needs no entry of its own in the resource policy of CloudWatch Logs', () => {
    const { LogGroupName } = resource(template, 'HttpApiLogGroup').Properties;
    expect(textsIn(LogGroupName)).toContain('/aws/vendedlogs/layermint-example-http-api');
    expect(template.Outputs['AccessLogGroup']).toMatchObject({ Value: { Ref: 'HttpApiLogGroup' } });
  });

  test('pays for no metrics of each route, and keeps its own address', () => {
    expect(resource(template, 'HttpApiStage').Properties['DefaultRouteSettings']).toMatchObject({
      DetailedMetricsEnabled: false,
    });
    expect(resource(template, 'HttpApi').Properties['DisableExecuteApiEndpoint']).toBe(false);
    expect(template.Outputs['ApiUrl']).toMatchObject({ Value: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] } });
  });

  test('tells every function its stage, which its metrics carry', () => {
    for (const name of functionsOf(template)) {
      expect([name, environmentOf(template, name)]).toEqual([
        name,
        expect.objectContaining({ STAGE: 'example' }),
      ]);
    }
  });

  test('limits the rate of requests', () => {
    expect(resource(template, 'HttpApiStage').Properties['DefaultRouteSettings']).toMatchObject({
      ThrottlingRateLimit: 200,
      ThrottlingBurstLimit: 400,
    });
  });

  test('encrypts the table, can restore it to any moment, and lets DynamoDB delete expired items', () => {
    expect(resource(template, 'Table')).toEqual({
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: expect.objectContaining({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      }),
    });
  });

  test.each([
    ["a principal's documents", 'byPrincipal', 'principal', 'pk'],
    ['the due items', 'byDue', 'dueShard', 'dueSince'],
  ])('finds %s by an index that holds whole items', (_what, IndexName, hash, range) => {
    expect(resource(template, 'Table').Properties['GlobalSecondaryIndexes']).toContainEqual({
      IndexName,
      KeySchema: [
        { AttributeName: hash, KeyType: 'HASH' },
        { AttributeName: range, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    });
  });

  test('ends a sweep before the next begins, and never repeats a scheduled run or delivers an old event', () => {
    const rules = Object.values(resourcesOf(template, 'AWS::Events::Rule'));
    const schedules = rules.flatMap(({ Properties }) => Properties['ScheduleExpression'] ?? []);
    expect(schedules).toEqual(['rate(1 minute)', 'rate(1 hour)']);
    expect(resource(template, 'SweepRevocationsLambdaFunction').Properties['Timeout']).toBeLessThan(60);
    const configurations = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'));
    for (const name of ['SweepRevocations', 'CheckKeys'])
      expect(configurations.map(({ Properties }) => Properties)).toContainEqual(
        expect.objectContaining({
          FunctionName: { Ref: `${name}LambdaFunction` },
          MaximumRetryAttempts: 0,
          MaximumEventAgeInSeconds: 60,
        }),
      );
  });

  test('makes a secret without a key', () => {
    expect(resource(template, 'SigningKeySecret').Properties).toMatchObject({
      SecretString: '{"state": "none"}',
      KmsKeyId: NO_VALUE,
    });
  });

  test('hands mint its environment', () => {
    expect(environmentOf(template, 'MintToken')).toEqual({
      TABLE_NAME: { Ref: 'Table' },
      SIGNING_KEY_SECRET_ARN: { Ref: 'SigningKeySecret' },
      JWT_ALGORITHM: 'ES256',
      DOCUMENT_ENGINE_URL: 'https://documents.example.com',
      MAX_TTL_SECONDS: '86400',
      DEFAULT_TTL_SECONDS: '3600',
      PRIVATE_LAYER_PREFIX: 'user:',
      USER_ID_CLAIM: 'sub',
      GROUPS_CLAIM: 'cognito:groups',
      SCOPES_CLAIM: '["scope","scp"]',
      NAME_CLAIM: 'name',
      LOG_LEVEL: 'info',
      STAGE: 'example',
      HASH_USER_IDS: 'off',
    });
  });

  test('admits no web page of another origin, and has no domain', () => {
    expect(resource(template, 'HttpApi').Properties).not.toHaveProperty('CorsConfiguration');
    expect(resourcesOf(template, 'AWS::ApiGatewayV2::DomainName')).toEqual({});
    expect(resourcesOf(template, 'AWS::Route53::RecordSet')).toEqual({});
  });

  test('outputs the address of the API, the table and the secret', () => {
    expect(template.Outputs).toMatchObject({
      ApiUrl: { Value: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] } },
      TableName: { Value: { Ref: 'Table' } },
      SigningKeySecretArn: { Value: { Ref: 'SigningKeySecret' } },
    });
  });

  test('makes only the resources that it needs', () => {
    const kinds = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].sort();

    expect(kinds).toEqual([
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Authorizer',
      'AWS::ApiGatewayV2::Integration',
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Stage',
      'AWS::DynamoDB::Table',
      // The sweeper's schedule, and rotations that failed.
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      // A sweep is not repeated: the next one does the work. Audit records that could not be written go to a queue.
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      // Answers of API Gateway with 429.
      'AWS::Logs::MetricFilter',
      // Audit records on their way to their own log.
      'AWS::Logs::SubscriptionFilter',
      // The Serverless CLI's place for the zips.
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      // Failed sweeps and rotations.
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::SecretsManager::RotationSchedule',
      'AWS::SecretsManager::Secret',
    ]);
  });

  test('zips only the one file with its handler for every function', async () => {
    for (const name of functionsOf(template)) {
      const zip = await readZip(directory, template, name);

      expect(Object.keys(zip.files)).toEqual([zip.handler.replace(/\.handler$/, '.cjs')]);
    }
  });

  test('keeps the zip of mint at 90 KB or less', async () => {
    const { size } = await readZip(directory, template, 'MintToken');

    expect(size).toBeLessThanOrEqual(90_000);
  });

  test('packs every function so that Lambda finds its handler', async () => {
    for (const name of functionsOf(template)) {
      const { files, handler } = await readZip(directory, template, name);

      expect(await loadAsLambda(files, handler, environmentOf(template, name))).toBe('function');
    }
  });

  test('leaves out the sources of credentials that Lambda does not have', async () => {
    const { files } = await readZip(directory, template, 'MintToken');
    const code = Buffer.from(files['functions/mint-token.cjs'] ?? []).toString();

    expect(code).toContain('AWS_SECRET_ACCESS_KEY');
    for (const way of [
      'sso_start_url',
      'credential_process',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      '169.254.170.2',
    ]) {
      expect(code).not.toContain(way);
    }
  });
});

describe('a stage with every optional parameter', () => {
  const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:layermint-signing-key-AbCdEf';
  let template: Template;

  beforeAll(async () => {
    template = await packagedTemplate('example-full');
  });

  test('uses the table that it names, in its own account and region, and makes none', () => {
    expect(resourcesOf(template, 'AWS::DynamoDB::Table')).toEqual({});
    expect(JSON.stringify(template)).not.toMatch(/"(?:Adopted)?Table"/);
    expect(environmentOf(template, 'MintToken')).toMatchObject({ TABLE_NAME: 'layermint-restored' });
    expect(template.Outputs).toMatchObject({ TableName: { Value: 'layermint-restored' } });
  });

  test('uses the given secret, and makes none', () => {
    expect(resourcesOf(template, 'AWS::SecretsManager::Secret')).toEqual({});
    expect(environmentOf(template, 'MintToken')).toMatchObject({ SIGNING_KEY_SECRET_ARN: SECRET });
    expect(template.Outputs).toMatchObject({ SigningKeySecretArn: { Value: SECRET } });
  });

  test("gives every function its listed permissions for the stage's own secret, keys and network", () => {
    const permissions = permissionsByFunction(template, {
      secret: SECRET,
      kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      apiTokenSecret:
        'arn:aws:secretsmanager:eu-central-1:111122223333:secret:document-engine-api-token-AbCdEf',
      proberSecret: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:layermint-prober-AbCdEf',
      inVpc: 'all',
      traced: true,
      limited: true,
    });
    replaceReferences(permissions, ADOPTED_TABLE);
    expect(statementsByFunction(template)).toEqual(permissions);
  });

  test('keeps the audit log for its own number of days, under its own key', () => {
    expect(resource(template, 'AuditLogGroup').Properties).toMatchObject({
      RetentionInDays: 2557,
      KmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/5678efab-56cd-78ab-90ef-ef0123456789',
    });
  });

  test("encrypts every other log with the stage's key for logs", () => {
    const { AuditLogGroup: _, ...groups } = resourcesOf(template, 'AWS::Logs::LogGroup');
    for (const { Properties } of Object.values(groups)) {
      expect(Properties).toMatchObject({
        KmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321',
      });
    }
  });

  test('admits web pages of its origins, and lets them read the headers that a client needs', () => {
    expect(resource(template, 'HttpApi').Properties['CorsConfiguration']).toEqual({
      AllowOrigins: ['https://app.example.com', 'http://localhost:5173'],
      AllowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      AllowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'If-None-Match'],
      ExposeHeaders: ['Date', 'ETag', 'Location', 'Retry-After', 'WWW-Authenticate'],
      MaxAge: 3600,
    });
  });

  test('accepts any of its audiences', () => {
    expect(resource(template, 'HttpApiAuthorizerCaller').Properties['JwtConfiguration']).toMatchObject({
      Audience: ['layermint', '4v2nk5bn0ab1c2d3e4f5g6h7i8'],
    });
  });

  test('answers under its domain and base path only, over IPv4 and IPv6', () => {
    // Otherwise the closed address of the API's own could leave the domain with IPv4.
    expect(resource(template, 'HttpApi').Properties['IpAddressType']).toBe('dualstack');
    expect(resource(template, 'Domain').Properties).toMatchObject({
      DomainName: 'tokens.example.com',
      DomainNameConfigurations: [
        {
          CertificateArn:
            'arn:aws:acm:eu-central-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
          EndpointType: 'REGIONAL',
          // Without it, an AAAA record leads nowhere.
          IpAddressType: 'dualstack',
          SecurityPolicy: 'TLS_1_2',
        },
      ],
    });
    expect(resource(template, 'DomainMapping').Properties).toMatchObject({
      ApiId: { Ref: 'HttpApi' },
      ApiMappingKey: 'layermint',
      DomainName: { Ref: 'Domain' },
      Stage: { Ref: 'HttpApiStage' },
    });
    const records = Object.values(resourcesOf(template, 'AWS::Route53::RecordSet'));
    expect(records.map(({ Properties }) => Properties['Type']).sort()).toEqual(['A', 'AAAA']);
    for (const { Properties } of records) {
      expect(Properties).toMatchObject({
        HostedZoneId: 'Z0123456789ABCDEFGHIJ',
        Name: 'tokens.example.com',
        AliasTarget: { DNSName: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] } },
      });
    }
    expect(template.Outputs).toMatchObject({ ApiUrl: { Value: 'https://tokens.example.com/layermint' } });
    expect(resource(template, 'HttpApi').Properties['DisableExecuteApiEndpoint']).toBe(true);
    expect(environmentOf(template, 'Fallback')).toMatchObject({ BASE_PATH: 'layermint' });
  });

  test('has throttles of its own for single routes, after these routes', () => {
    const { DependsOn, Properties } = resource(template, 'HttpApiStage');
    expect(Properties['RouteSettings']).toEqual({
      'POST /v1/tokens': {
        DetailedMetricsEnabled: true,
        ThrottlingRateLimit: 1000,
        ThrottlingBurstLimit: 2000,
      },
      $default: { DetailedMetricsEnabled: true, ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
    });
    expect(DependsOn).toEqual(expect.arrayContaining(['HttpApiRoutePostV1Tokens', 'HttpApiRouteDefault']));
  });

  test('has the metrics of each route, if it wants them', () => {
    expect(resource(template, 'HttpApiStage').Properties['DefaultRouteSettings']).toMatchObject({
      DetailedMetricsEnabled: true,
    });
  });
});

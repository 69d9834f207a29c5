import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { packagedTemplate } from '../support/template/packaged.ts';
import { permissionsOf } from '../support/template/permissions.ts';
import {
  environmentOf,
  resource,
  resourcesOf,
  statementsOf,
  type Template,
} from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

test('a stage rotates its key at once and then at its interval, in its network, and only Secrets Manager of its account can invoke that', async () => {
  const template = await packagedTemplate('example-full');
  const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:layermint-signing-key-AbCdEf';
  const rotate = { 'Fn::GetAtt': ['RotateSigningKeyLambdaFunction', 'Arn'] };

  expect(template.Resources['RotationSchedule']).toMatchObject({
    Properties: {
      SecretId: secret,
      RotationLambdaARN: rotate,
      RotateImmediatelyOnUpdate: true,
      RotationRules: { AutomaticallyAfterDays: 30 },
    },
  });
  expect(resource(template, 'RotatePermission').Properties).toEqual({
    FunctionName: rotate,
    Action: 'lambda:InvokeFunction',
    Principal: 'secretsmanager.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
    SourceArn: secret,
  });
  expect(resource(template, 'RotateSigningKeyLambdaFunction').Properties).toMatchObject({
    Timeout: 120,
    VpcConfig: { SecurityGroupIds: ['sg-0a1b2c3d4e5f60718'] },
  });
  expect(environmentOf(template, 'RotateSigningKey')).toMatchObject({
    ROTATION_INTERVAL_DAYS: '30',
    DOCUMENT_ENGINE_API_URL: 'https://document-engine.internal.example.com',
    PREDECESSOR_VALID_UNTIL: '2027-01-31T12:00:00Z',
  });
});

test('a stage shares a domain that the account has in API Gateway, by a base path', async () => {
  const template = await packagedTemplate('example', [
    'domainName=api.example.com',
    'basePath=nutrient/tokens',
  ]);

  expect(template.Resources['Domain']).toBeUndefined();
  expect(resourcesOf(template, 'AWS::Route53::RecordSet')).toEqual({});
  expect(resource(template, 'DomainMapping').Properties).toEqual({
    ApiId: { Ref: 'HttpApi' },
    ApiMappingKey: 'nutrient/tokens',
    DomainName: 'api.example.com',
    Stage: { Ref: 'HttpApiStage' },
  });
  expect(template.Outputs['ApiUrl']).toMatchObject({ Value: 'https://api.example.com/nutrient/tokens' });
  expect(template.Outputs['DomainTarget']).toBeUndefined();
});

describe('a stage with a web ACL', () => {
  let template: Template;

  beforeAll(async () => {
    template = await packagedTemplate('example-cloudfront');
  });

  test('has CloudFront and its web ACL in front of the domain, which passes every header and caches nothing', () => {
    const { DistributionConfig } = resource(template, 'Distribution').Properties;
    expect(DistributionConfig).toMatchObject({
      Aliases: ['tokens.example.com'],
      WebACLId:
        'arn:aws:wafv2:us-east-1:111122223333:global/webacl/layermint/1234abcd-12ab-34cd-56ef-1234567890ab',
      DefaultCacheBehavior: {
        ViewerProtocolPolicy: 'https-only',
        AllowedMethods: expect.arrayContaining(['PUT', 'DELETE', 'OPTIONS']),
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
      },
    });
    expect(template.Outputs['DomainTarget']).toMatchObject({
      Value: { 'Fn::GetAtt': ['Distribution', 'DomainName'] },
    });
  });

  test('sends the value of the header to API Gateway alone: no function, output or other resource has it or its secret', () => {
    const { Distribution, ...others } = template.Resources;
    expect(JSON.stringify(Distribution)).toContain('{{resolve:secretsmanager:');
    expect(JSON.stringify([others, template.Outputs])).not.toMatch(/resolve:secretsmanager|layermint-origin/);
    const digests = '["2f7c9b1a4e6d8035c1f0a9e8d7b6c5a493827160f5e4d3c2b1a09f8e7d6c5b4a"]';
    expect(environmentOf(template, 'GetHealth')).toMatchObject({ ORIGIN_SECRET_SHA256: digests });
    expect(environmentOf(template, 'RotateSigningKey')).not.toHaveProperty('ORIGIN_SECRET_SHA256');
  });

  test('changes the distribution with the first digest, as CloudFormation reads the secret only then', () => {
    expect(resource(template, 'Distribution').Properties['DistributionConfig']).toMatchObject({
      Comment: expect.stringContaining('2f7c9b1a4e6d8035c1f0a9e8d7b6c5a493827160f5e4d3c2b1a09f8e7d6c5b4a'),
    });
  });

  test('leads its records to CloudFront', () => {
    expect(resource(template, 'DomainRecord').Properties['AliasTarget']).toEqual({
      DNSName: { 'Fn::GetAtt': ['Distribution', 'DomainName'] },
      HostedZoneId: 'Z2FDTNDATAQYW2',
    });
  });

  test('does not check the header before it has a digest, so that clients with the former record are served', async () => {
    const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab';
    const unchecked = await packagedTemplate('example', [
      'domainName=tokens.example.com',
      `certificateArn=${CERTIFICATE}`,
      'executeApiEndpoint=off',
      'webAclArn=arn:aws:wafv2:us-east-1:111122223333:global/webacl/layermint/1234abcd-12ab-34cd-56ef-1234567890ab',
      `cloudFrontCertificateArn=${CERTIFICATE}`,
      'originSecretArn=arn:aws:secretsmanager:us-east-1:111122223333:secret:layermint-origin-AbCdEf',
    ]);

    expect(environmentOf(unchecked, 'MintToken')).not.toHaveProperty('ORIGIN_SECRET_SHA256');
    expect(resource(unchecked, 'Distribution').Properties['DistributionConfig']).toMatchObject({
      Comment: expect.stringMatching(/^layermint-example ?$/),
    });
  });
});

test('a stage in China names services and ARNs as they are named there', async () => {
  const template = await packagedTemplate('example', [
    'region=cn-north-1',
    'documentEngineApiTokenSecretArn=arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:api-token-AbCdEf',
    'gradualDeployment=Canary10Percent5Minutes',
  ]);

  expect(resource(template, 'GradualDeploymentRole').Properties['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [{ Principal: { Service: 'codedeploy.cn-north-1.amazonaws.com.cn' } }],
  });
  expect(JSON.stringify(template)).not.toContain('arn:aws:');
});

test('a stage without rotation has nothing that invokes the function', async () => {
  const template = await packagedTemplate('example', ['rotation=off']);

  expect(resourcesOf(template, 'AWS::SecretsManager::RotationSchedule')).toEqual({});
  expect(template.Resources['RotatePermission']).toBeUndefined();
  expect(resource(template, 'RotateSigningKeyLambdaFunction').Properties['VpcConfig']).toBeUndefined();
});

test('a stage with an interval shorter than the overlap of its keys is refused, with the reason', async () => {
  await expect(packagedTemplate('example', ['rotationIntervalDays=1'])).rejects.toThrow(
    /rotationIntervalDays: is too short: a key must verify for 25\.2 hours after it was replaced/,
  );
});

describe('packaging refuses', () => {
  test('a stage that rotates and does not say whose key Document Engine has, with the reason and the cure', async () => {
    await expect(packagedTemplate('example', ['predecessorPublicKey='])).rejects.toThrow(
      /predecessorPublicKey: is required with rotation 'on', because the first rotation replaces .* or none, if no token/,
    );
  });

  test("all faults of a stage at once, each by the parameter's name", async () => {
    const parameters = [
      'documentEngineUrl=http://de.example.com',
      'logRetentionDays=31',
      'algorithm=HS256',
      'colour=red',
    ];

    const packaging = packagedTemplate('example', parameters);

    await expect(packaging).rejects.toThrow(/documentEngineUrl: must be the https URL/);
    await expect(packaging).rejects.toThrow(/logRetentionDays: must be one that CloudWatch Logs allows/);
    await expect(packaging).rejects.toThrow(/algorithm: must be one of ES256, ES512, RS256, RS512/);
    await expect(packaging).rejects.toThrow(/colour: there is no such parameter/);
  });

  test.each(['prdo', 'constructor'])('the stage %s, which does not exist, in one sentence', async (stage) => {
    const packaging = packagedTemplate(stage);

    await expect(packaging).rejects.toThrow(
      `infra/stages/stages.yml has no stage "${stage}". Its stages are example, example-full, example-protected, example-gradual, example-cloudfront, example-issuers, local.`,
    );
    await expect(packaging).rejects.not.toThrow(/is required/);
  });
});

test('a stage with several issuers asks its own function about every caller, by the one header', async () => {
  const template = await packagedTemplate('example-issuers', ['gradualDeployment=Canary10Percent5Minutes']);
  const authorize = { 'Fn::GetAtt': ['AuthorizeCallerLambdaFunction', 'Arn'] };

  expect(resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer')).toEqual({
    HttpApiAuthorizerCallerByFunction: expect.objectContaining({
      DependsOn: 'CallerLambdaAuthorizerPermissionHttpApi',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        Name: 'callerByFunction',
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        AuthorizerResultTtlInSeconds: 60,
        IdentitySource: ['$request.header.Authorization'],
        // $LATEST also in a gradual deployment: versions of one answer must not take turns.
        AuthorizerUri: { 'Fn::Join': ['', expect.arrayContaining([authorize, '/invocations'])] },
      },
    }),
  });
  const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route'));
  const types = routes.map(({ Properties }) => Properties['AuthorizationType'] ?? 'NONE');
  expect(types.filter((type) => type === 'CUSTOM')).toHaveLength(routes.length - 5);
  const authorizers = routes.flatMap(({ Properties }) => Properties['AuthorizerId'] ?? []);
  expect(authorizers).toEqual(Array(routes.length - 5).fill({ Ref: 'HttpApiAuthorizerCallerByFunction' }));
  expect(resource(template, 'CallerLambdaAuthorizerPermissionHttpApi').Properties).toMatchObject({
    FunctionName: authorize,
    Principal: 'apigateway.amazonaws.com',
  });
  expect(template.Resources['AuthorizeCallerLiveAlias']).toBeUndefined();
  expect(template.Resources['MintTokenLiveAlias']).toBeDefined();
});

test('the function that verifies the tokens of several issuers can do nothing but write its log', async () => {
  const template = await packagedTemplate('example-issuers', ['gradualDeployment=Canary10Percent5Minutes']);
  const stage = { secret: undefined, apiTokenSecret: '', inVpc: 'nothing', traced: false } as const;

  expect(statementsOf(template, 'AuthorizeCallerRole')).toEqual(permissionsOf('AuthorizeCaller', stage));
  expect(Object.keys(environmentOf(template, 'AuthorizeCaller')).sort()).toEqual([
    'HASH_USER_IDS',
    'ISSUERS',
    'LOG_LEVEL',
    'STAGE',
  ]);
  expect(environmentOf(template, 'MintToken')['ISSUERS']).toBe(
    environmentOf(template, 'AuthorizeCaller')['ISSUERS'],
  );
});

test('a stage with one issuer has no function that verifies tokens', async () => {
  const template = await packagedTemplate('example', ['rotation=off']);

  expect(template.Resources['AuthorizeCallerLambdaFunction']).toBeUndefined();
  expect(template.Resources['AuthorizeCallerRole']).toBeUndefined();
});

import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { policiesOf, typesWithoutRights, type Policy } from '../../infra/deployer/policies.ts';
import { hasKnownTags } from '../../infra/packaging/template/tags.ts';
import deployerFile from '../../docs/policies/deployer.json' with { type: 'json' };
import resourcesFile from '../../docs/policies/resources.json' with { type: 'json' };
import { packagedTemplate } from '../support/template/packaged.ts';
import { functionsOf, resource, resourcesOf, type Template } from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary-of-workloads';
const TAGS = { team: 'documents', 'cost-center': '4711' };

/** The types of resources that CloudFormation cannot tag. */
const HAVE_NO_TAGS = [
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::CloudWatch::Dashboard',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::SubscriptionFilter',
  'AWS::Route53::RecordSet',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
];

let plain: Template;
let full: Template;
beforeAll(async () => {
  [plain, full] = await Promise.all([packagedTemplate('example'), packagedTemplate('example-full')]);
});

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const propertiesOf = (template: Template, type: string) =>
  Object.values(resourcesOf(template, type)).map(({ Properties }) => Properties);

describe('every role', () => {
  test("has the stage's boundary", () => {
    for (const role of propertiesOf(full, 'AWS::IAM::Role'))
      expect(role['PermissionsBoundary']).toBe(BOUNDARY);
  });

  test('has no boundary unless the stage sets one', () => {
    for (const role of propertiesOf(plain, 'AWS::IAM::Role'))
      expect(role['PermissionsBoundary']).toEqual({ Ref: 'AWS::NoValue' });
  });
});

describe('nothing outside the stack', () => {
  test("can have a function invoked: each permission names the stack's own API, rule, log or secret", () => {
    for (const template of [plain, full])
      for (const { Principal, SourceArn } of propertiesOf(template, 'AWS::Lambda::Permission')) {
        expect([
          'apigateway.amazonaws.com',
          'events.amazonaws.com',
          'logs.amazonaws.com',
          'secretsmanager.amazonaws.com',
        ]).toContain(Principal);
        // An ARN in the own account, or a reference to a resource of the stack.
        expect(JSON.stringify(SourceArn)).toMatch(
          /"AWS::AccountId"|^\{"Fn::GetAtt":\["\w+","Arn"\]\}$|^\{"Ref":"SigningKeySecret"\}$|:111122223333:secret:/,
        );
      }
  });

  test('can send to the failure queue, and nobody without encryption', () => {
    for (const template of [plain, full]) {
      expect(resource(template, 'FailureQueuePolicy').Properties).toEqual({
        Queues: [{ Ref: 'FailureQueue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 'sqs:*',
              Resource: arnOf('FailureQueue'),
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arnOf('FailureQueue'),
              Condition: { ArnEquals: { 'aws:SourceArn': arnOf('FailedRotationRule') } },
            },
          ],
        },
      });
    }
  });
});

describe('the failure queue', () => {
  test('is encrypted and keeps messages as long as SQS can', () => {
    expect(resource(plain, 'FailureQueue').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });

  test('gets the sweeps and key checks that failed or never ran, and the events whose audit records could not be written', () => {
    const configurations = propertiesOf(plain, 'AWS::Lambda::EventInvokeConfig');
    for (const name of ['SweepRevocations', 'CheckKeys', 'RecordAudit'])
      expect(configurations).toContainEqual(
        expect.objectContaining({
          FunctionName: { Ref: `${name}LambdaFunction` },
          DestinationConfig: { OnFailure: { Destination: arnOf('FailureQueue') } },
        }),
      );
  });

  test.each([
    ['its own', () => plain, { Ref: 'SigningKeySecret' }],
    [
      "the stage's",
      () => full,
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:layermint-signing-key-AbCdEf',
    ],
  ])('gets the failed rotations of %s secret alone', (_whose, template, secret) => {
    expect(resource(template(), 'FailedRotationRule').Properties).toMatchObject({
      EventPattern: {
        source: ['aws.secretsmanager'],
        detail: { eventName: ['RotationFailed'], additionalEventData: { SecretId: [secret] } },
      },
      Targets: [{ Id: 'FailureQueue', Arn: arnOf('FailureQueue') }],
    });
  });
});

describe('by default', () => {
  test('no function reserves concurrency, is traced or has a network', () => {
    for (const configuration of propertiesOf(plain, 'AWS::Lambda::Function')) {
      expect(configuration['TracingConfig']).toEqual({ Mode: 'PassThrough' });
      expect(configuration).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(configuration).not.toHaveProperty('VpcConfig');
    }
  });

  test('nothing has tags', () => {
    expect(Object.values(plain.Resources).filter(({ Properties }) => 'Tags' in Properties)).toEqual([]);
  });
});

describe('with every option', () => {
  test('the sweeper, rotation and the prober alone reserve concurrency', () => {
    const reserved = functionsOf(full).map((name) => [
      name,
      resource(full, `${name}LambdaFunction`).Properties['ReservedConcurrentExecutions'],
    ]);
    expect(reserved.filter(([, number]) => number !== undefined).sort()).toEqual([
      ['ProbeService', 1],
      ['RotateSigningKey', 2],
      ['SweepRevocations', 1],
    ]);
  });

  test('X-Ray traces every function, and all are in the network', () => {
    for (const configuration of propertiesOf(full, 'AWS::Lambda::Function'))
      expect(configuration).toMatchObject({
        TracingConfig: { Mode: 'Active' },
        VpcConfig: { SecurityGroupIds: ['sg-0a1b2c3d4e5f60718'] },
      });
  });

  test('every resource that can have tags has those of the stage', () => {
    const tagged = Object.values(full.Resources).flatMap(({ Properties }) =>
      'Tags' in Properties ? [Properties['Tags']] : [],
    );
    const list = Object.entries(TAGS).map(([Key, Value]) => ({ Key, Value }));

    expect(tagged.length).toBeGreaterThan(20);
    for (const tags of tagged) expect([TAGS, list]).toContainEqual(tags);
    const untagged = Object.values(full.Resources).filter(({ Properties }) => !('Tags' in Properties));
    expect(untagged.map(({ Type }) => Type).filter((type) => !HAVE_NO_TAGS.includes(type))).toEqual([]);
  });
});

test.each(['example', 'example-full'])(
  'infra/packaging/template/tags.ts knows every type of resource of the stage %s',
  (stage) => {
    const { Resources } = stage === 'example' ? plain : full;
    const types = new Set(Object.values(Resources).map(({ Type }) => Type));
    expect([...types].filter((type) => !hasKnownTags(type))).toEqual([]);
  },
);

describe("the deployer's policies", () => {
  const deployer: Policy = deployerFile;
  const resources: Policy = resourcesFile;
  const place = {
    partition: 'aws',
    region: 'eu-central-1',
    account: '111122223333',
    stack: 'layermint-example',
  };
  const ofPlain = (stack = place.stack): Policy[] => {
    const made = policiesOf(plain, { ...place, stack });
    return [made.deployer, made.resources];
  };
  const actionsOf = ({ Statement }: Policy) => Statement.flatMap(({ Action }) => Action as string[]);

  test('have rights for every type of resource', () => {
    expect(typesWithoutRights(plain)).toEqual([]);
    expect(typesWithoutRights(full)).toEqual([]);
  });

  test('are refused for a template with a type of resource that is new', () => {
    const Resources = { ...plain.Resources, Topic: { Type: 'AWS::SNS::Topic', Properties: {} } };
    expect(() => policiesOf({ Resources }, place)).toThrow(
      'infra/deployer/rights has no rights for AWS::SNS::Topic.',
    );
  });

  test('in docs/policies are those of the stage example-full', () => {
    const role = 'arn:aws:iam::111122223333:role/layermint-deployment';
    expect(policiesOf(full, { ...place, stack: 'layermint-example-full' }, role)).toEqual({
      deployer,
      resources,
    });
  });

  test('fit into managed policies, which have at most 6,144 characters', () => {
    for (const policy of [...ofPlain(), deployer, resources])
      expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
  });

  test('have no wildcard in an action, and none for resources that have a name', () => {
    for (const policy of ofPlain())
      for (const { Action, Resource } of policy.Statement) {
        expect((Action as string[]).filter((action) => action.includes('*'))).toEqual([]);
        if ((Resource as string[]).includes('*'))
          for (const action of Action as string[])
            expect(action).toMatch(/^(ec2:Describe|logs:|cloudformation:ValidateTemplate$)/);
      }
  });

  test('reach no stage with another beginning of its name', () => {
    const { deployer: ofDeployer, resources: ofResources } = policiesOf(plain, place);
    const named = [...ofDeployer.Statement, ...ofResources.Statement]
      .flatMap(({ Resource }) => Resource as string[])
      .filter((arn) => arn.includes('layermint'));
    expect(named.length).toBeGreaterThan(10);
    for (const arn of named)
      expect(arn).toMatch(
        /layermint-example(-\*|-rotateSigningKey$|\/\*$|-http-api-\*)|\/layermint\/example\/audit-\*/,
      );
  });

  test('name whole ARNs, and every log group', () => {
    for (const { Statement } of [...ofPlain(), deployer, resources])
      for (const arn of Statement.flatMap(({ Resource }) => Resource as string[]))
        expect(arn).toMatch(/^\*$|^arn:aws:[a-z0-9]+:([a-z0-9-]*):(\d{12})?:[\w./:*-]+$/);
    expect(
      resources.Statement.find(({ Action }) => (Action as string[]).includes('logs:CreateLogGroup')),
    ).toEqual(
      expect.objectContaining({
        Resource: [
          'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/vendedlogs/layermint-example-full-http-api-*',
          'arn:aws:logs:eu-central-1:111122223333:log-group:/layermint/example-full/audit-*',
          'arn:aws:logs:eu-central-1:111122223333:log-group:layermint-example-full-*',
        ],
      }),
    );
  });

  test.each(['iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'])(
    'let the deployer call %s only for a role with the boundary, so that its own role gains no rights',
    (action) => {
      expect(resources.Statement.filter(({ Action }) => (Action as string[]).includes(action))).toEqual([
        expect.objectContaining({
          Condition: { StringEquals: { 'iam:PermissionsBoundary': [BOUNDARY] } },
        }),
      ]);
    },
  );

  test('let the deployer take the boundary from no role', () => {
    expect(actionsOf(resources)).not.toContain('iam:DeleteRolePermissionsBoundary');
  });

  test('pass roles to nothing but Lambda, and the deployment role to nothing but CloudFormation', () => {
    const passing = (policy: Policy) =>
      policy.Statement.filter(({ Action }) => (Action as string[]).includes('iam:PassRole'));
    expect(passing(resources)).toEqual([
      expect.objectContaining({
        Resource: ['arn:aws:iam::111122223333:role/layermint-example-full-*'],
        Condition: { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com'] } },
      }),
    ]);
    expect(passing(deployer)).toEqual([
      expect.objectContaining({
        Resource: ['arn:aws:iam::111122223333:role/layermint-deployment'],
        Condition: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
      }),
    ]);
    expect(passing(policiesOf(plain, place).deployer)).toEqual([]);
  });

  test("pass CodeDeploy's role by each name that CodeDeploy has, in China too", () => {
    const Resources = {
      ...plain.Resources,
      Group: { Type: 'AWS::CodeDeploy::DeploymentGroup', Properties: {} },
    };
    const passedTo = (partition: string, region: string) =>
      policiesOf({ Resources }, { ...place, partition, region })
        .resources.Statement.map(
          ({ Condition }) => (Condition as { StringEquals?: object } | undefined)?.StringEquals,
        )
        .find((condition) => condition !== undefined && 'iam:PassedToService' in condition);

    expect(passedTo('aws', 'eu-central-1')).toEqual({
      'iam:PassedToService': ['lambda.amazonaws.com', 'codedeploy.amazonaws.com'],
    });
    expect(passedTo('aws-cn', 'cn-north-1')).toEqual({
      'iam:PassedToService': [
        'lambda.amazonaws.com',
        'codedeploy.amazonaws.com',
        'codedeploy.cn-north-1.amazonaws.com.cn',
      ],
    });
  });

  test('leave a deployer with a deployment role no right to change a resource but the zips', () => {
    const changing = actionsOf(deployer).filter(
      (action) => !/^(cloudformation:|iam:PassRole$|lambda:GetFunction$|s3:)/.test(action),
    );
    expect(changing).toEqual([]);
  });

  test('match the names that CloudFormation cuts off for a stack with a long name', () => {
    const stack = `layermint-${'x'.repeat(30)}`;
    const arns = policiesOf(plain, { ...place, stack })
      .resources.Statement.flatMap(({ Resource }) => Resource as string[])
      .filter((arn) => /:(role|rule|table)\//.test(arn));
    for (const arn of arns) expect(arn.endsWith(`/${stack.slice(0, 24)}*`)).toBe(true);
  });
});

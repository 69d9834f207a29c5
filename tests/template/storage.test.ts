import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { dependenciesOf } from '../../infra/packaging/template/dependencies.ts';
import { packagedTemplate } from '../support/template/packaged.ts';
import { lostByUpdate, STATEFUL } from '../support/template/replacement.ts';
import {
  functionsOf,
  readFirstRelease,
  resource,
  resourcesOf,
  statementsOf,
  type Template,
} from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

/** The logical ids of resources whose loss would be noticed. CloudFormation would take another id for another resource. */
const PINNED = {
  Table: 'AWS::DynamoDB::Table',
  SigningKeySecret: 'AWS::SecretsManager::Secret',
  RotationSchedule: 'AWS::SecretsManager::RotationSchedule',
  HttpApi: 'AWS::ApiGatewayV2::Api',
  HttpApiStage: 'AWS::ApiGatewayV2::Stage',
  ServerlessDeploymentBucket: 'AWS::S3::Bucket',
};

/** The resources that a stage's deletion policy is about. */
const KEPT = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];

const policiesOf = (template: Template): unknown[] =>
  KEPT.flatMap((type) => Object.values(resourcesOf(template, type))).map(
    ({ DeletionPolicy, UpdateReplacePolicy }) => ({ DeletionPolicy, UpdateReplacePolicy }),
  );

let example: Template;
let guarded: Template;

beforeAll(async () => {
  [example, guarded] = await Promise.all([
    packagedTemplate('example'),
    packagedTemplate('example-protected'),
  ]);
});

describe.each([
  ['example', () => example],
  ['example-protected', () => guarded],
])('the stage %s', (_name, template) => {
  test('starts rotation only when everything else of the stack is there, so that a failed first deployment leaves the key of Document Engine alone', () => {
    const others = Object.keys(template().Resources).filter((id) => id !== 'RotationSchedule');

    expect([...dependenciesOf(template(), 'RotationSchedule')].sort()).toEqual(others.sort());
  });

  test('has no cycle of dependencies', () => {
    const ids = Object.keys(template().Resources);
    expect(ids.filter((id) => dependenciesOf(template(), id).has(id))).toEqual([]);
  });

  test('loses nothing when it is updated from version 0.1.0', async () => {
    expect(lostByUpdate(await readFirstRelease(), template())).toEqual([]);
  });

  test('keeps the logical ids of everything that holds state, so that no update replaces it', () => {
    const stateful = Object.entries(template().Resources).filter(([, { Type }]) => Type in STATEFUL);
    expect(Object.fromEntries(stateful.map(([id, { Type }]) => [id, Type]))).toEqual(PINNED);
  });

  test('gives table and secret no name, because a table or a secret left behind would stand in its way', () => {
    expect(resource(template(), 'Table').Properties).not.toHaveProperty('TableName');
    expect(resource(template(), 'SigningKeySecret').Properties).not.toHaveProperty('Name');
  });

  test('lets every function write to a log group with a name that CloudFormation makes up', () => {
    for (const name of functionsOf(template())) {
      expect(resource(template(), `${name}LogGroup`).Properties).not.toHaveProperty('LogGroupName');
      expect(resource(template(), `${name}LambdaFunction`).Properties['LoggingConfig']).toEqual({
        LogGroup: { Ref: `${name}LogGroup` },
      });
    }
    expect(JSON.stringify(resource(template(), 'HttpApiLogGroup').Properties['LogGroupName'])).toContain(
      'AWS::StackId',
    );
  });
});

describe('the test of updates notices', () => {
  const changed = (change: (template: Template) => void): string[] => {
    const template = structuredClone(example);
    change(template);
    return lostByUpdate(example, template);
  };

  test('another id for the table', () => {
    expect(changed(({ Resources }) => delete Resources['Table'])).toEqual([
      'Table is removed. It holds all grants, and the tokens that can still be revoked.',
    ]);
  });

  test.each([
    ['Table', 'KeySchema'],
    ['Table', 'TableName'],
    ['SigningKeySecret', 'Name'],
    ['SigningKeySecret', 'SecretString'],
    ['RotationSchedule', 'SecretId'],
    ['HttpApi', 'ProtocolType'],
    ['HttpApiStage', 'StageName'],
  ])('another property that makes CloudFormation replace it: %s.%s', (id, property) => {
    const lost = changed((template) => {
      resource(template, id).Properties[property] = 'another';
    });
    expect(lost).toEqual([expect.stringContaining(`${id} gets another ${property}.`)]);
  });
});

test('a stage that deletes its data deletes the logs too', () => {
  expect(new Set(policiesOf(example).map((policies) => JSON.stringify(policies)))).toEqual(
    new Set(['{"DeletionPolicy":"Delete","UpdateReplacePolicy":"Delete"}']),
  );
});

test('a stage keeps table, secret and logs unless told otherwise, except if the deployment that creates them fails', () => {
  expect(policiesOf(guarded)).toHaveLength(functionsOf(guarded).length + 4);
  expect(new Set(policiesOf(guarded).map((policies) => JSON.stringify(policies)))).toEqual(
    new Set(['{"DeletionPolicy":"RetainExceptOnCreate","UpdateReplacePolicy":"Retain"}']),
  );
});

describe("the stage's own KMS key", () => {
  const kmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

  test('encrypts the table, if the stage says so, and otherwise the key that AWS manages does', () => {
    expect(resource(guarded, 'Table').Properties['SSESpecification']).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: kmsKeyArn,
    });
    expect(resource(example, 'Table').Properties['SSESpecification']).toEqual({ SSEEnabled: true });
  });

  test('can be used by every role that uses the table, through DynamoDB only, and by no other', () => {
    const throughDynamoDB = {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: kmsKeyArn,
      Condition: {
        StringLike: { 'kms:ViaService': { 'Fn::Sub': 'dynamodb.${AWS::Region}.amazonaws.com*' } },
      },
    };
    for (const name of functionsOf(guarded)) {
      const statements = statementsOf(guarded, `${name}Role`);
      const actions = JSON.stringify(statements.map(({ Action }) => Action));
      const decrypting = statements.filter(({ Condition }) =>
        JSON.stringify(Condition ?? {}).includes('dynamodb.$'),
      );
      expect(decrypting).toEqual(actions.includes('dynamodb:') ? [throughDynamoDB] : []);
    }
  });
});

test('a protected stage protects its table from deletion, and another leaves that as it is', () => {
  expect(resource(guarded, 'Table').Properties['DeletionProtectionEnabled']).toBe(true);
  expect(resource(example, 'Table').Properties['DeletionProtectionEnabled']).toEqual({ Ref: 'AWS::NoValue' });
});

test('a stage rotates within its window of hours, which Secrets Manager begins at midnight UTC', () => {
  expect(resource(guarded, 'RotationSchedule').Properties['RotationRules']).toEqual({
    ScheduleExpression: 'rate(90 days)',
    Duration: '4h',
  });
  expect(resource(example, 'RotationSchedule').Properties['RotationRules']).toEqual({
    AutomaticallyAfterDays: 90,
  });
});

describe('the policy of the secret', () => {
  test('denies the signing key to an administrator, and to every function that does not sign', () => {
    const signing = functionsOf(guarded).filter((name) =>
      statementsOf(guarded, `${name}Role`).some(
        ({ Action, Resource }) =>
          [Action].flat().includes('secretsmanager:GetSecretValue') &&
          JSON.stringify(Resource) === '{"Ref":"SigningKeySecret"}',
      ),
    );
    expect(resource(guarded, 'SigningKeySecretPolicy')).toEqual({
      Type: 'AWS::SecretsManager::ResourcePolicy',
      Properties: {
        SecretId: { Ref: 'SigningKeySecret' },
        BlockPublicPolicy: true,
        ResourcePolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'OnlyFunctionsAndNamedRoles',
              Effect: 'Deny',
              Principal: '*',
              // Nothing else is denied, so that the team can always take the policy away again.
              Action: 'secretsmanager:GetSecretValue',
              Resource: '*',
              Condition: {
                ArnNotEquals: {
                  'aws:PrincipalArn': signing.map((name) => ({ 'Fn::GetAtt': [`${name}Role`, 'Arn'] })),
                },
                StringNotEquals: {
                  'aws:PrincipalArn': [
                    'arn:aws:iam::111122223333:role/key-operators',
                    'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_KeyOperators_0123456789abcdef',
                  ],
                },
              },
            },
          ],
        },
      },
    });
  });

  test('is there only if the stage names readers', () => {
    expect(resourcesOf(example, 'AWS::SecretsManager::ResourcePolicy')).toEqual({});
  });
});

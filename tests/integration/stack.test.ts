import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { packageService } from '../../infra/packaging/package-service.ts';
import { readDeployedResources } from '../../infra/packaging/deployed-template.ts';
import { adaptToDeployed } from '../../infra/packaging/template/after-first-deployment.ts';
import { CREDENTIALS, REGION, startServer } from '../support/aws/moto.ts';
import { forMoto } from '../support/template/for-moto.ts';
import { readFirstRelease, readTemplate, resourcesOf, type Template } from '../support/template/template.ts';

// Moto's CloudFormation has no API Gateway v2 and no Secrets Manager, so these resources are left out (tests/support/template/
// for-moto.ts). It never rolls back, never replaces a resource by the rules of its type, and knows no policy but Retain. So a failed
// deployment and a replacement cannot be shown here: tests/template/storage.test.ts judges these by the template.

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const STACK = 'layermint-example';
const ITEM = { pk: { S: 'DOC#report' }, sk: { S: 'GRANT#EVERYONE' } };

let workspace: string;
let packaged: Template;
let server: Awaited<ReturnType<typeof startServer>>;
let client: ConstructorParameters<typeof CloudFormationClient>[0] & object;
let cloudFormation: CloudFormationClient;
let dynamoDB: DynamoDBClient;

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'layermint-stack-'));
  const parameters = ['deletionPolicy=Retain'];
  packaged = await readTemplate(await packageService(workspace, 'example', parameters));
  server = await startServer(0);
  client = { endpoint: `http://127.0.0.1:${server.port}`, region: REGION, credentials: CREDENTIALS };
  cloudFormation = new CloudFormationClient(client);
  dynamoDB = new DynamoDBClient(client);
});

afterAll(async () => {
  cloudFormation.destroy();
  dynamoDB.destroy();
  await server.stop();
  await rm(workspace, { recursive: true });
});

const bodyOf = (template: Template): string => JSON.stringify(forMoto(template));

const create = (StackName: string, template: Template) =>
  cloudFormation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: bodyOf(template),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );

const update = (StackName: string, template: Template) =>
  cloudFormation.send(
    new UpdateStackCommand({
      StackName,
      TemplateBody: bodyOf(template),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );

async function statusOf(StackName: string): Promise<string | undefined> {
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return Stacks[0]?.StackStatus;
}

async function physicalIds(StackName: string): Promise<ReadonlyMap<string | undefined, string | undefined>> {
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  return new Map(
    StackResources.map(({ LogicalResourceId, PhysicalResourceId }) => [
      LogicalResourceId,
      PhysicalResourceId,
    ]),
  );
}

async function tableOf(StackName: string): Promise<string> {
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return outputs.find(({ OutputKey }) => OutputKey === 'TableName')?.OutputValue ?? '';
}

const put = async (TableName: string): Promise<void> => {
  await dynamoDB.send(new PutItemCommand({ TableName, Item: ITEM }));
};

async function itemIn(TableName: string): Promise<unknown> {
  const { Item } = await dynamoDB.send(new GetItemCommand({ TableName, Key: ITEM }));
  return Item;
}

test('a stack is created from the packaged template, updated, and removed, and leaves its table behind', async () => {
  await create(STACK, packaged);
  expect(await statusOf(STACK)).toBe('CREATE_COMPLETE');
  const functions = Object.keys(resourcesOf(packaged, 'AWS::Lambda::Function'));
  expect([...(await physicalIds(STACK)).keys()]).toEqual(
    expect.arrayContaining([...functions, 'Table', 'MintTokenRole', 'MintTokenLogGroup']),
  );
  const table = await tableOf(STACK);
  await put(table);

  const changed = structuredClone(packaged);
  for (const { Properties } of Object.values(resourcesOf(changed, 'AWS::Lambda::Function'))) {
    Properties['MemorySize'] = 2048;
  }
  await update(STACK, changed);
  expect(await statusOf(STACK)).toBe('UPDATE_COMPLETE');
  expect(await tableOf(STACK)).toBe(table);
  expect(await itemIn(table)).toEqual(ITEM);

  await cloudFormation.send(new DeleteStackCommand({ StackName: STACK }));
  await expect(statusOf(STACK)).rejects.toThrow(/does not exist/);
  expect(await itemIn(table)).toEqual(ITEM);
  const { TableNames } = await dynamoDB.send(new ListTablesCommand());
  expect(TableNames).toEqual([table]);
});

test('a stack of version 0.1.0 keeps its table and its grants through the update to this version', async () => {
  const name = 'layermint-upgraded';
  await create(name, await readFirstRelease());
  const before = await physicalIds(name);
  const table = await tableOf(name);
  await put(table);

  await update(name, packaged);

  expect(await statusOf(name)).toBe('UPDATE_COMPLETE');
  const after = await physicalIds(name);
  expect(after.get('Table')).toBe(before.get('Table'));
  expect(after.get('ServerlessDeploymentBucket')).toBe(before.get('ServerlessDeploymentBucket'));
  expect(await tableOf(name)).toBe(table);
  expect(await itemIn(table)).toEqual(ITEM);
  const { Table } = await dynamoDB.send(new DescribeTableCommand({ TableName: table }));
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['byPrincipal', 'byDue']);
});

test('the deployment reads what is deployed, and learns so whether table and schedule are new', async () => {
  const name = 'layermint-read';
  expect(await readDeployedResources(name, client)).toBeUndefined();

  await create(name, packaged);
  const deployed = await readDeployedResources(name, client);

  expect(deployed?.['Table']).toMatchObject({
    DeletionPolicy: 'Retain',
    Properties: { BillingMode: 'PAY_PER_REQUEST' },
  });
  const protectedTable = structuredClone(packaged);
  const table = protectedTable.Resources['Table'];
  if (table !== undefined) table.Properties['DeletionProtectionEnabled'] = true;
  expect(adaptToDeployed(structuredClone(protectedTable), undefined)).toHaveLength(1);
  expect(adaptToDeployed(protectedTable, deployed)).toEqual([]);
});

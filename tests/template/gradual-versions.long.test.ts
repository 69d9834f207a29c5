import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageService } from '../../infra/packaging/package-service.ts';
import { readTemplate, resource, resourcesOf, type Template } from '../support/template/template.ts';

// The Serverless CLI takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const workspaces: string[] = [];

async function packaged(stage: string, parameters: readonly string[] = []): Promise<Template> {
  const workspace = await mkdtemp(join(tmpdir(), 'layermint-package-'));
  workspaces.push(workspace);
  return readTemplate(await packageService(workspace, stage, parameters));
}

afterAll(async () => {
  await Promise.all(workspaces.map((workspace) => rm(workspace, { recursive: true })));
});

/** Finds the version to which the alias of each function moves. */
const versionsOf = (template: Template): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(resourcesOf(template, 'AWS::Lambda::Alias')).map(([id, { Properties }]) => [
      id,
      Properties['FunctionVersion'],
    ]),
  );

describe('a deployment of a gradual stage', () => {
  let before: Record<string, unknown>;

  beforeAll(async () => {
    before = versionsOf(await packaged('example-gradual'));
  });

  test('publishes no version if nothing has changed', async () => {
    expect(Object.keys(before)).toContain('MintTokenLiveAlias');
    expect(versionsOf(await packaged('example-gradual'))).toEqual(before);
  });

  test('shifts requests also for a changed variable, of the functions that read it alone', async () => {
    const after = versionsOf(await packaged('example-gradual', ['maxTtlSeconds=7200']));

    expect(after['MintTokenLiveAlias']).not.toEqual(before['MintTokenLiveAlias']);
    expect(after['GetHealthLiveAlias']).toEqual(before['GetHealthLiveAlias']);
  });

  // Otherwise the aliases would stay on versions that use the former table, to which their roles have lost the rights.
  test('moves the functions that use the table to the one that the stage adopts', async () => {
    const after = versionsOf(await packaged('example-gradual', ['tableName=layermint-restored']));

    expect(after['MintTokenLiveAlias']).not.toEqual(before['MintTokenLiveAlias']);
    expect(after['GetHealthLiveAlias']).toEqual(before['GetHealthLiveAlias']);
  });
});

test('a stage in a network, with its own domain and its own secret, can be deployed gradually', async () => {
  const template = await packaged('example-full', ['gradualDeployment=Linear10PercentEvery1Minute']);

  expect(resource(template, 'SetGrantDeploymentGroup').Properties['DeploymentConfigName']).toBe(
    'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
  );
});

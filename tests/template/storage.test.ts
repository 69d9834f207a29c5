import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageService } from '../../infra/packaging/package-service.ts';
import { dependenciesOf } from '../../infra/packaging/template/dependencies.ts';
import { readTemplate, type Template } from '../support/template/template.ts';

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

describe.each(['example', 'example-full'])('the stage %s', (stage) => {
  let template: Template;

  beforeAll(async () => {
    template = await packaged(stage);
  });

  test('starts rotation only when everything else of the stack is there, so that a failed first deployment leaves the key of Document Engine alone', () => {
    const others = Object.keys(template.Resources).filter((id) => id !== 'RotationSchedule');

    expect([...dependenciesOf(template, 'RotationSchedule')].sort()).toEqual(others.sort());
  });

  test('has no cycle of dependencies', () => {
    const ids = Object.keys(template.Resources);
    expect(ids.filter((id) => dependenciesOf(template, id).has(id))).toEqual([]);
  });
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageService, TEMPLATE } from '../../infra/packaging/package-service.ts';
import { readMeasured } from '../../tools/cost/measured.ts';
import { stageResources } from '../../tools/cost/stage-resources.ts';
import { countMinting, itemBytes } from '../benchmarks/cost/minting-units.ts';

// docs/costs.md is computed from tools/cost/measured.json. Times are of the machine that measured; the counts must still be true.
// After a change: npm run cost -- --write && npm run generate

const kept = readMeasured();

test('the costs in the docs are those of the resources that the stage has now', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'layermint-costs-'));
  try {
    const packaged = await packageService(workspace, kept.stage.name);
    const template: unknown = JSON.parse(await readFile(join(packaged, TEMPLATE), 'utf8'));
    expect(kept.stage).toEqual(stageResources(kept.stage.name, template));
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
});

test('the costs in the docs are those of the reads and writes that minting makes now', async () => {
  expect(kept.minting).toEqual(await countMinting());
  expect(kept.items).toEqual(await itemBytes());
});

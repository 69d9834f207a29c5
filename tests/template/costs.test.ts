import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { TEMPLATE } from '../../infra/packaging/package-service.ts';
import { packagedStage } from '../support/template/packaged.ts';
import { readMeasured } from '../../tools/cost/measured.ts';
import { stageResources } from '../../tools/cost/stage-resources.ts';
import { countMinting, itemBytes } from '../benchmarks/cost/minting-units.ts';

// docs/costs.md is computed from tools/cost/measured.json. Times are of the machine that measured; the counts must still be true.
// After a change: npm run cost -- --write && npm run generate

const kept = readMeasured();

test('the costs in the docs are those of the resources that the stage has now', async () => {
  const packaged = await packagedStage(kept.stage.name);
  const template: unknown = JSON.parse(await readFile(join(packaged, TEMPLATE), 'utf8'));
  expect(kept.stage).toEqual(stageResources(kept.stage.name, template));
});

test('the costs in the docs are those of the reads and writes that minting makes now', async () => {
  expect(kept.minting).toEqual(await countMinting());
  expect(kept.items).toEqual(await itemBytes());
});

test('the first token of a user for a document writes the holder item and its copy in one index', () => {
  const { tokens, calls, writeUnits } = kept.minting.newUsers;
  // The read that finds no holder, the write, and the read that sees both.
  expect(calls).toBe(3 * tokens);
  expect(writeUnits).toBe(2 * tokens);
});

test('a token costs the same units in a batch as alone', () => {
  const [alone, batch] = [kept.minting.usual, kept.minting.batches];
  expect(batch.readUnits / batch.tokens).toBe(alone.readUnits / alone.tokens);
  expect(batch.writeUnits / batch.tokens).toBe(alone.writeUnits / alone.tokens);
});

test.each([
  { args: ['--stage', 'nowhere'], says: /has no stage "nowhere"/ },
  { args: ['now'], says: /Unexpected argument "now"/ },
])('npm run cost -- $args is a wrong call', async ({ args, says }) => {
  const child = spawn(process.execPath, ['tests/benchmarks/cost/cost-command.ts', ...args]);
  const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([child.exitCode, said]).toEqual([2, expect.stringMatching(says)]);
});

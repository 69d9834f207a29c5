import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkStage } from '../../infra/packaging/check-stage.ts';
import { checkStageNames } from '../../infra/stages/stage-names.ts';
import { readStages } from '../../infra/stages/stages.ts';
import { FUNCTIONS } from '../../lib/wiring/environments.ts';

describe('the names of stages', () => {
  test.each(['prod', 'eu-prod-2', 'a'.repeat(37)])('may be %s', (name) => {
    expect(checkStageNames(['default', 'local', name], FUNCTIONS)).toEqual([]);
  });

  test.each([
    ['my_stage', 'a name consists of letters, digits and hyphens'],
    ['prod.eu', 'a name consists of letters, digits and hyphens'],
    ['', 'a name consists of letters, digits and hyphens'],
    ['__proto__', 'a name consists of letters, digits and hyphens'],
    ['a'.repeat(38), 'its name is 1 characters too long'],
    ['Default', 'the parameters of all stages are under the name "default"'],
    ['defaults', 'the parameters of all stages are under the name "default"'],
    ['Prod', 'differs from "prod" only in upper and lower case'],
  ])('are refused: %s', (name, fault) => {
    expect(checkStageNames(['default', 'prod', name], FUNCTIONS)).toContainEqual(
      expect.stringContaining(`stage "${name}": `),
    );
    expect(checkStageNames(['default', 'prod', name], FUNCTIONS).join('\n')).toContain(fault);
  });

  test('keep every stage from being packaged, all faults at once', async () => {
    const stages = { ...(await readStages()), Default: {}, my_stage: {} };

    expect(() => {
      checkStage(stages, 'example');
    }).toThrow(
      /^The names of the stages in infra\/stages\/stages\.yml:\n {2}- stage "Default": .*\n {2}- stage "my_stage": /,
    );
  });

  test('leave the longest function of each shipped stage within 64 characters', async () => {
    const names = Object.keys(await readStages());
    const lengths = names.flatMap((name) => FUNCTIONS.map((it) => `layermint-${name}-${it}`.length));

    expect(Math.max(...lengths)).toBeLessThanOrEqual(64);
  });
});

test('two stages of one name are refused with the line', () => {
  expect(() => {
    parse('prod: {}\ntest: {}\nprod: {}\n');
  }).toThrow(/Map keys must be unique at line 3/);
});

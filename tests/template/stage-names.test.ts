import { describe, expect, test } from '@jest/globals';
import { checkStage } from '../../infra/packaging/check-stage.ts';
import { checkStageNames } from '../../infra/stages/stage-names.ts';
import { parseStages, readStages } from '../../infra/stages/stages.ts';
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
    parseStages('prod: {}\ntest: {}\nprod: {}\n');
  }).toThrow(/Map keys must be unique at line 3/);
});

describe('a number without quotes', () => {
  test.each([
    [
      'a backend, whose scopes another user id would get',
      'prod:\n  backends:\n    334567890123456789: [layermint/grants]\n',
      'line 3 has 334567890123456789, which YAML reads as 334567890123456800. Write it in quotes',
    ],
    [
      'a backend with a zero at its beginning',
      'prod:\n  backends: { 0042: [layermint/grants] }\n',
      'line 2 has 0042, which YAML reads as 42. Write it in quotes',
    ],
    [
      'an audience',
      'prod:\n  audience: [app, 223281986649719041]\n',
      'line 2 has 223281986649719041, which YAML reads as 223281986649719040. Write it in quotes',
    ],
  ])('is refused with its line if YAML changes it: %s', (_what, text, fault) => {
    expect(() => {
      parseStages(text);
    }).toThrow(fault);
  });

  test('is taken if it stays as it is, or in quotes', () => {
    const text =
      "prod:\n  maxTtlSeconds: 3600\n  backends: { 42: [a], '0042': [b], '334567890123456789': [c] }\n";
    expect(parseStages(text)).toEqual({
      prod: { maxTtlSeconds: 3600, backends: { 42: ['a'], '0042': ['b'], '334567890123456789': ['c'] } },
    });
  });
});

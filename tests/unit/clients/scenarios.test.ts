import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { readScenarios, readScenarioSchema } from '../../support/clients/format.ts';
import { play } from '../../support/clients/play.ts';

const files = readScenarios();

test('Every scenario has the form that its schema describes, and a name of its own', () => {
  const validate = new Ajv({ allErrors: false }).compile(readScenarioSchema());
  const wrong = files.filter(({ scenario }) => !validate(scenario)).map(({ file }) => file);
  expect(wrong).toEqual([]);
  expect(new Set(files.map(({ scenario }) => scenario.name)).size).toBe(files.length);
});

test.each(files)('$scenario.name ($file)', async ({ scenario }) => {
  await expect(play(scenario)).resolves.toBeUndefined();
});

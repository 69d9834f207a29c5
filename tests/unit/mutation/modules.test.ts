import { globSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { MODULES, sourcesOf, testsOf } from '../../mutation/modules.ts';

describe.each(MODULES)('the module $name', (module) => {
  test.each(module.sources)('has files for %s', (pattern) => {
    expect(globSync(pattern)).not.toEqual([]);
  });

  test.each(module.stages.flat())('has tests for %s', (pattern) => {
    expect(globSync(pattern)).not.toEqual([]);
  });

  test('is watched by unit and property tests alone, as others are slow', () => {
    expect(
      module.stages.flatMap(testsOf).filter((file) => !/^tests\/(?:unit|property)\//.test(file)),
    ).toEqual([]);
  });
});

test('Each file is of one module', () => {
  const files = MODULES.flatMap(sourcesOf);
  expect(files).toEqual([...new Set(files)]);
});

test('Only the environment and the wiring of the service are left out of lib', () => {
  const changed = new Set(MODULES.flatMap(sourcesOf).map((file) => file.split('/')[1]));
  expect(readdirSync('lib').filter((folder) => !changed.has(folder))).toEqual(['runtime', 'wiring']);
});

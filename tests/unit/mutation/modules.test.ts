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

test('The domain is changed as a whole: what is left out of lib is known', () => {
  const changed = new Set(MODULES.flatMap(sourcesOf).map((file) => file.split('/')[1]));
  expect(readdirSync('lib').filter((folder) => !changed.has(folder))).toEqual(['runtime', 'wiring']);
});

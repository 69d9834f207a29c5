import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { checkStageParameters } from '../../../infra/stages/check-parameters.ts';
import { DEFAULTS, PARAMETERS } from '../../../infra/stages/parameters.ts';
import { isLike } from '../../support/guides/shown.ts';

const page = await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

/** The environment variable of each parameter that becomes one. */
const VARIABLES = Object.fromEntries(
  Object.entries(PARAMETERS).flatMap(([parameter, { variable }]) =>
    variable === undefined ? [] : [[parameter, variable]],
  ),
);

/** The cells of the table of parameters, by parameter. */
const rows = new Map(
  page
    .slice(page.indexOf('## Parameters'), page.indexOf('## Claims'))
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === 5 && /^`\w+`$/.test(cells[0] ?? ''))
    .map(([parameter = '', ...cells]) => [parameter.replaceAll('`', ''), cells]),
);

describe('the table of parameters in docs/configuration.md', () => {
  test('has every parameter that a stage can set', () => {
    const parameters = Object.keys(PARAMETERS);

    expect([...rows.keys()].sort()).toEqual(parameters.sort());
  });

  test('has no parameter that a stage cannot set', () => {
    const all = Object.fromEntries([...rows.keys()].map((parameter) => [parameter, '']));

    expect(
      checkStageParameters('example', all).filter((fault) => fault.includes('no such parameter')),
    ).toEqual([]);
  });

  test('shows the defaults', () => {
    for (const [parameter, value] of Object.entries(DEFAULTS)) {
      const shown = typeof value === 'object' ? `[${value.join(', ')}]` : String(value);
      expect([parameter, rows.get(parameter)?.[0]?.replace(/[`']/g, '')]).toEqual([parameter, shown]);
    }
  });

  test('names the environment variable of each parameter that becomes one', () => {
    for (const [parameter, cells] of rows) {
      const variable = VARIABLES[parameter];
      expect([parameter, cells[3]]).toEqual([parameter, variable === undefined ? '–' : `\`${variable}\``]);
    }
  });
});

test('docs/configuration.md shows faults of parameters as packaging reports them', () => {
  const [, shown = ''] = /```\nThe parameters of stage [^\n]*\n(.*?)```/s.exec(page) ?? [];
  const faults = checkStageParameters('prod', {
    logRetentionDays: 2,
    documentEngineURL: 'https://de.example.com',
  });

  for (const line of shown.trimEnd().split('\n')) {
    expect([line, faults.filter((fault) => isLike(line, `  - ${fault}`))]).toEqual([
      line,
      [expect.any(String)],
    ]);
  }
});

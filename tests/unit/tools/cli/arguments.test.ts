import { describe, expect, test } from '@jest/globals';
import { asksForHelp, readArguments, unknownWord } from '../../../../tools/cli/arguments.ts';
import { UsageError } from '../../../../tools/cli/errors.ts';

const OPTIONS = {
  stage: { type: 'string', short: 's' },
  'from-line': { type: 'string' },
  param: { type: 'string', multiple: true },
  local: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

const read = (args: readonly string[], environment: Record<string, string> = {}) =>
  readArguments(OPTIONS, args, environment);

test('reads options and the words between them', () => {
  expect(read(['import', '--stage=prod', '-', '--param', 'a=b', '--param=c=d', '--local'])).toMatchObject({
    values: { stage: 'prod', param: ['a=b', 'c=d'], local: true },
    positionals: ['import', '-'],
  });
});

test('reads everything after -- as words', () => {
  expect(read(['-s', 'prod', '--', '--local'])).toMatchObject({
    values: { stage: 'prod' },
    positionals: ['--local'],
  });
});

describe('refuses in one sentence', () => {
  test.each([
    ['a misspelt option', ['--stgae', 'prod'], 'There is no option --stgae. Did you mean --stage?'],
    ['an option in capitals', ['--LOCAL'], 'There is no option --LOCAL. Did you mean --local?'],
    ['the beginning of an option', ['--from', '2'], 'There is no option --from. Did you mean --from-line?'],
    ['an option that is like none', ['--colour'], 'There is no option --colour. See --help.'],
    ['an unknown letter', ['-x'], 'There is no option -x. See --help.'],
    ['a name that every object has', ['--constructor'], 'There is no option --constructor. See --help.'],
    ['an option without its value', ['--stage'], '--stage needs a value (see --help).'],
    [
      'an option in place of a value',
      ['--stage', '--local'],
      '--stage needs a value. If --local is that value, write --stage=--local instead.',
    ],
    ['a value that is not needed', ['--local=yes'], '--local takes no value.'],
    ['an option that is given twice', ['--stage', 'a', '-s', 'b'], '-s is given twice.'],
  ])('%s', (_what, args, message) => {
    expect(() => read(args)).toThrow(new UsageError(message));
  });
});

describe('options that npm took for its own, as -- was missing,', () => {
  test.each([
    ['stage', { npm_config_stage: 'true', npm_lifecycle_event: 'keys' }],
    ['from-line', { npm_config_from_line: '7', npm_lifecycle_event: 'keys' }],
  ])('stop the command: --%s', (option, environment) => {
    expect(() => read(['prod'], environment)).toThrow(
      `npm took --${option} for an option of its own. Write -- before the options: npm run keys -- --${option} …`,
    );
  });

  test('do not stop it if npm has an option of this name, or if the command got it too', () => {
    expect(read([], { npm_config_force: 'true' }).values).toEqual({});
    expect(read(['--stage', 'prod'], { npm_config_stage: 'other' }).values).toEqual({ stage: 'prod' });
  });
});

test.each([
  [['--help'], true],
  [['frobnicate', '--colour', '-h'], true],
  [['--', '--help'], false],
  [['help'], false],
])('%j asks for the help text: %s', (args, asks) => {
  expect(asksForHelp(args)).toBe(asks);
});

test.each([
  ['imprt', 'There is no action "imprt". Did you mean "import"?'],
  ['remove', 'There is no action "remove". The actions are import, export.'],
])('names the nearest action to %s, or all', (word, message) => {
  expect(unknownWord('action', word, ['import', 'export']).message).toBe(message);
});

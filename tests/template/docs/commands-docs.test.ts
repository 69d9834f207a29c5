import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import manifest from '../../../package.json' with { type: 'json' };

const PAGES = globSync('**/*.md', { exclude: (name) => name === 'node_modules' });

const SCRIPTS: Readonly<Record<string, string>> = manifest.scripts;

/** Reads a page, with each command on one line: a backslash at the end of a line continues it, in a list also after an indent. */
const textOf = (page: string): string => readFileSync(page, 'utf8').replaceAll(/ \\\n\s*/g, ' ');

/**
 * Lists the commands that a page shows, from one word on: up to the end of the line or of the code span. `$(` and a pipe begin
 * another command.
 */
const commandsFrom = (page: string, beginning: RegExp): string[] =>
  textOf(page)
    .split(beginning)
    .slice(1)
    .map((rest) => rest.split(/[`\n]/)[0] ?? '');

// A word with an option or a sub-command: `aws s3 …`, not "the aws account".
const AWS = /(?<=^|[\s`(])aws (?=[a-z0-9-]+ [a-z-]+)/m;

/** The commands of IAM, which has no regions. */
const IAM = 'iam ';

describe('commands of the AWS CLI', () => {
  test('are shown in the pages', () => {
    expect(PAGES.flatMap((page) => commandsFrom(page, AWS)).length).toBeGreaterThan(10);
  });

  // Otherwise a reader's default region is used, and the command does nothing, or something elsewhere.
  test.each(PAGES)('each of %s names its region', (page) => {
    const commands = commandsFrom(page, AWS).filter((command) => !command.startsWith(IAM));
    expect(commands.filter((command) => !command.includes('--region '))).toEqual([]);
  });
});

const helps = new Map<string, Promise<string>>();

/** Runs a script of ours with `--help`, once. */
function helpOf(script: string): Promise<string> {
  const known = helps.get(script) ?? runHelp(script);
  helps.set(script, known);
  return known;
}

async function runHelp(script: string): Promise<string> {
  const [, file] = / (\S+\.ts)/.exec(SCRIPTS[script] ?? '') ?? [];
  if (file === undefined) throw new Error(`npm run ${script} has no options of ours: it is no program here`);
  const { stdout } = await promisify(execFile)(process.execPath, [file, '--help']);
  return stdout;
}

/** Lists the uses of the options of our commands in a page, such as `keys --stage`. */
const optionsIn = (page: string): string[] =>
  commandsFrom(page, /\bnpm run (?:--silent )?(?=[a-z])/)
    .map((command) => command.split(/ \\?\| | > /)[0] ?? '')
    .flatMap((command) => {
      const [script = '', ...rest] = command.split(/\s+/);
      const words = rest.filter((word) => /^\[?--[a-z]/.test(word));
      return words.map((word) => `${script} ${/--[a-z][\w-]*/.exec(word)?.[0] ?? ''}`);
    });

test('the pages show options of our commands', () => {
  expect(PAGES.flatMap(optionsIn)).toEqual(expect.arrayContaining(['deploy --stage', 'verify --document']));
});

test.each(PAGES.filter((page) => optionsIn(page).length > 0))(
  'every command has the options that %s shows',
  async (page) => {
    const uses = [...new Set(optionsIn(page))].map(async (use) => {
      const [script = '', option = ''] = use.split(' ');
      const isKnown = option === '--help' || new RegExp(`${option}(?![\\w-])`).test(await helpOf(script));
      return isKnown ? [] : [use];
    });
    expect((await Promise.all(uses)).flat()).toEqual([]);
  },
);

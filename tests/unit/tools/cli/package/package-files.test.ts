import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  assertPackageOf,
  assertReplaceable,
  describePackage,
  nextStep,
} from '../../../../../tools/cli/package/package-files.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layermint-package-files-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const put = (name: string, bytes = 1): Promise<void> => writeFile(join(directory, name), 'x'.repeat(bytes));

describe('the directory that packaging empties', () => {
  test('may be absent, empty or an earlier package', async () => {
    await assertReplaceable(join(directory, 'none'));
    await assertReplaceable(directory);
    await put('serverless-state.json');
    await put('mintToken.zip');
    await assertReplaceable(directory);
  });

  test('must not hold files of the user', async () => {
    await put('thesis.txt');

    await expect(assertReplaceable(directory)).rejects.toThrow(
      `--package: ${directory} holds other files, and packaging would delete them.`,
    );
  });

  test('must not hold files of the user beside an earlier package', async () => {
    await put('serverless-state.json');
    await put('mintToken.zip');
    await put('thesis.txt');

    await expect(assertReplaceable(directory)).rejects.toThrow(
      `--package: ${directory} holds other files, and packaging would delete them.`,
    );
  });

  test('must not be a file', async () => {
    await put('file');

    await expect(assertReplaceable(join(directory, 'file'))).rejects.toThrow(
      `--package: ${directory}/file is not a directory that can be read (ENOTDIR).`,
    );
  });
});

describe('the package to deploy', () => {
  const stateOf = (artifactDirectoryName: string): Promise<void> =>
    writeFile(
      join(directory, 'serverless-state.json'),
      JSON.stringify({ package: { artifactDirectoryName } }),
    );

  test('may be one of the stage', async () => {
    await stateOf('serverless/layermint/prod/1795705002274-2026-11-26T14:56:42.274Z');
    await assertPackageOf('prod', directory);
  });

  test('must not be one of another stage, whose issuer and names would come into the stack', async () => {
    await stateOf('serverless/layermint/staging/1795705002274-2026-11-26T14:56:42.274Z');

    await expect(assertPackageOf('prod', directory)).rejects.toThrow(
      `--package: ${directory} holds a package of the stage "staging", not "prod".`,
    );
  });

  test('must be there', async () => {
    await expect(assertPackageOf('prod', directory)).rejects.toThrow('holds no package');
    await stateOf('elsewhere');
    await expect(assertPackageOf('prod', directory)).rejects.toThrow('holds no package');
  });
});

test('a package is described by its template and its functions, with their sizes and relative paths', async () => {
  await mkdir(join(directory, 'from'));
  await put('cloudformation-template-update-stack.json', 2049);
  await put('cloudformation-template-create-stack.json');
  await put('serverless-state.json');
  await put('mintToken.zip', 1024 * 100);
  await put('fallback.zip', 10);

  expect(await describePackage(directory, join(directory, 'from'))).toBe(
    [
      '  ../cloudformation-template-update-stack.json     3 KB  the CloudFormation template',
      '  ../fallback.zip                                  1 KB  function fallback',
      '  ../mintToken.zip                               100 KB  function mintToken',
    ].join('\n'),
  );
});

test.each([
  [['prod'], 'npm run deploy -- --stage prod'],
  [['prod', 'out'], 'npm run deploy -- --stage prod --package out'],
  [['example'], 'add a stage of your own to infra/stages/stages.yml, then npm run deploy -- --stage STAGE'],
] as const)('after packaging %j the next step is: %s', ([stage, to], step) => {
  expect(nextStep(stage, to)).toBe(step);
});

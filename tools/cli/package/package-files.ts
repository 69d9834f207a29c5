import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { TEMPLATE } from '../../../infra/packaging/package-service.ts';
import { NEVER_DEPLOYED } from '../../../infra/stages/stages.ts';
import { UsageError } from '../errors.ts';
import { codeOf } from '../files.ts';

/** A file that the Serverless CLI writes into every package. */
const STATE = 'serverless-state.json';

/** The names of everything that a package consists of. */
const PACKAGED =
  /^(?:serverless-state\.json|cloudformation-template-(?:create|update)-stack\.json|\w+\.zip)$/;

/**
 * Makes sure that packaging deletes no other files. The Serverless CLI empties the directory before it writes into it.
 *
 * @param directory - absolute; it need not exist
 * @throws UsageError if it holds anything but an earlier package
 */
export async function assertReplaceable(directory: string): Promise<void> {
  const files = await readdir(directory).catch((error: unknown): string[] => {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UsageError(`--package: ${directory} is not a directory that can be read (${codeOf(error)}).`);
  });
  const isPackage = files.includes(STATE) && files.every((name) => PACKAGED.test(name));
  if (files.length === 0 || isPackage) return;
  throw new UsageError(
    `--package: ${directory} holds other files, and packaging would delete them. Name a new or an empty directory.`,
  );
}

/** The part of the state that names the stage: `serverless/SERVICE/STAGE/TIME`. The CLI writes it nowhere else. */
const State = z.object({
  package: z.object({ artifactDirectoryName: z.templateLiteral(['serverless/', z.string()]) }),
});

/**
 * Makes sure that a package was written for a stage. The Serverless CLI would deploy that of another stage into this one's stack,
 * with the other's issuer and names: the callers of the other stage would be this one's, and its table would be replaced.
 *
 * @param directory - absolute
 * @throws UsageError if it holds no package, or one of another stage
 */
export async function assertPackageOf(stage: string, directory: string): Promise<void> {
  const text = await readFile(join(directory, STATE), 'utf8').catch(() => '{}');
  const { data } = State.safeParse(JSON.parse(text));
  if (data === undefined)
    throw new UsageError(`--package: ${directory} holds no package that npm run package wrote.`);
  const [, , packaged] = data.package.artifactDirectoryName.split('/');
  if (packaged === stage) return;
  throw new UsageError(
    `--package: ${directory} holds a package of the stage "${packaged ?? ''}", not "${stage}". Write one with npm run package -- --stage ${stage} --package DIR.`,
  );
}

/**
 * Describes the files of a package, one line each.
 *
 * @param directory - absolute
 * @param from - the absolute directory to which the printed paths are relative
 */
export async function describePackage(directory: string, from: string): Promise<string> {
  const zips = (await readdir(directory)).filter((name) => name.endsWith('.zip')).sort();
  const names = [TEMPLATE, ...zips];
  const paths = names.map((name) => relative(from, join(directory, name)));
  const width = Math.max(...paths.map(({ length }) => length));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size));
  const lines = names.map((name, at) => {
    const size = `${Math.ceil((sizes[at] ?? 0) / 1024)} KB`;
    const use =
      name === TEMPLATE ? 'the CloudFormation template' : `function ${name.slice(0, -'.zip'.length)}`;
    return `  ${(paths[at] ?? '').padEnd(width)}  ${size.padStart(7)}  ${use}`;
  });
  return lines.join('\n');
}

/**
 * Names the command that follows packaging.
 *
 * @param directory - the value of `--package`
 */
export function nextStep(stage: string, directory?: string): string {
  if (NEVER_DEPLOYED.includes(stage))
    return 'add a stage of your own to infra/stages/stages.yml, then npm run deploy -- --stage STAGE';
  return `npm run deploy -- --stage ${stage}${directory === undefined ? '' : ` --package ${directory}`}`;
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { routeKeysOf, ROUTES, type Route } from '../../../lib/http/routes/catalogue.ts';
import { ALGORITHMS } from '../../../lib/signing-keys/index.ts';
import { FUNCTIONS, variablesOf } from '../../../lib/wiring/environments.ts';
import { type Parameter } from '../../../infra/stages/parameter.ts';
import { PARAMETERS } from '../../../infra/stages/parameters.ts';
import { readStages } from '../../../infra/stages/stages.ts';
import { functionFiles, namesIn, readYaml, type FunctionFile } from './function-files.ts';
import { hasPermissions } from './permissions.ts';

/** The parts of the repository in which a new function, route, parameter, claim or algorithm needs a place. */
export interface Project {
  /** The names of the files of a folder, without their endings. */
  readonly entries: readonly string[];
  readonly wirings: readonly string[];
  readonly functionFiles: Readonly<Record<string, FunctionFile>>;
  /** The variables that each function of lib/wiring/environments.ts reads. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** The variables under `custom.variables` of serverless.yml. */
  readonly variablesOfStack: readonly string[];
  readonly hasPermissions: (functionName: string) => boolean;
  /** Route keys by the ids of their operations. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The parameters that one of the example stages sets. */
  readonly examples: readonly string[];
  readonly claims: readonly string[];
  readonly algorithms: readonly string[];
  /** The text of a file, or all texts of a folder together. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The files and folders that must mention a new claim, algorithm, function or parameter. */
const TEXTS = [
  'serverless.yml',
  'infra',
  'docs/api.md',
  'docs/openapi.json',
  'lib/tokens/inspection',
  'tools/local/stand-ins/document-engine',
  'tests/support/signing-keys',
] as const;

async function textOf(path: string): Promise<string> {
  if (path.includes('.')) return readFile(path, 'utf8');
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join(
    '\n',
  );
}

/** Reads the claims that the interface of client tokens names. */
async function claimsOfTokens(): Promise<string[]> {
  const [, body = ''] =
    /interface ClientTokenClaims \{(.*?)\n\}/s.exec(await textOf('lib/tokens/claims.ts')) ?? [];
  return Array.from(body.matchAll(/readonly (\w+)\??:/g), ([, claim = '']) => claim);
}

const Serverless = z.object({ custom: z.object({ variables: z.record(z.string(), z.unknown()) }) });

/** Reads the parameters that the example stages of infra/stages/stages.yml set. */
export async function examples(): Promise<string[]> {
  const stages = Object.entries(await readStages()).filter(([name]) => name.startsWith('example'));
  return [...new Set(stages.flatMap(([, parameters]) => Object.keys(parameters)))];
}

/** Reads the current repository. */
export async function readProject(): Promise<Project> {
  const { custom } = Serverless.parse(await readYaml('serverless.yml'));
  const wirings = await namesIn('lib/wiring', '.ts');
  const texts = TEXTS.map(async (path) => [path, await textOf(path)] as const);
  return {
    entries: await namesIn('functions', '.ts'),
    wirings: wirings.filter((name) => name !== 'environments'),
    functionFiles: await functionFiles(),
    variables: Object.fromEntries(FUNCTIONS.map((name) => [name, variablesOf(name)])),
    variablesOfStack: Object.keys(custom.variables),
    hasPermissions,
    routes: Object.fromEntries(Object.entries<Route>(ROUTES).map(([id, route]) => [id, routeKeysOf(route)])),
    parameters: PARAMETERS,
    examples: await examples(),
    claims: await claimsOfTokens(),
    algorithms: ALGORITHMS,
    texts: Object.fromEntries(await Promise.all(texts)),
  };
}

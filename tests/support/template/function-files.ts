import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';

const Deployed = z.object({
  handler: z.string(),
  role: z.string(),
  events: z
    .array(
      z.object({
        httpApi: z
          .union([
            z.literal('*'),
            z.object({ method: z.string(), path: z.string(), authorizer: z.unknown().optional() }),
          ])
          .optional(),
      }),
    )
    .default([]),
});

const FunctionFile = z.object({
  functions: z.record(z.string(), Deployed),
  resources: z.object({ Resources: z.record(z.string(), z.unknown()) }),
});

/** A file of infra/functions. */
export type FunctionFile = z.output<typeof FunctionFile>;

/** A function in its file in infra/functions. */
export type Deployed = z.output<typeof Deployed>;

/** Reads a YAML file. It ignores CloudFormation's tags, such as !Ref. */
export async function readYaml(path: string): Promise<unknown> {
  return parse(await readFile(path, 'utf8'), { logLevel: 'silent' });
}

/** Lists a folder's files with an ending, by their names without it. */
export async function namesIn(folder: string, ending: string): Promise<string[]> {
  const files = await readdir(folder);
  return files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
}

/** Reads the files of infra/functions, by their names without `.yml`. */
export async function functionFiles(): Promise<Record<string, FunctionFile>> {
  const names = await namesIn('infra/functions', '.yml');
  const files = names.map(
    async (name) => [name, FunctionFile.parse(await readYaml(`infra/functions/${name}.yml`))] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

/** Lists the deployed functions by their names. */
export async function deployedFunctions(): Promise<Record<string, Deployed>> {
  const files = Object.values(await functionFiles());
  return Object.fromEntries(files.flatMap(({ functions }) => Object.entries(functions)));
}

/** A route of a deployed function. */
export interface DeployedRoute {
  readonly method: string;
  readonly path: string;
  readonly authorizer?: unknown;
}

/** Lists the routes of the deployed functions, except `$default`. */
export async function deployedRoutes(): Promise<DeployedRoute[]> {
  return Object.values(await deployedFunctions()).flatMap(({ events }) =>
    events.flatMap(({ httpApi }) => (httpApi === undefined || httpApi === '*' ? [] : [httpApi])),
  );
}

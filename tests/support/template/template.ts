import { unzipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { TEMPLATE } from '../../../infra/packaging/package-service.ts';

const Resource = z.object({
  Type: z.string(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  UpdatePolicy: z.unknown().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});

/** A resource of a CloudFormation template. */
export type Resource = z.infer<typeof Resource>;

/** A CloudFormation template. */
export type Template = z.infer<typeof Template>;

/** Reads the template of a packaged service. */
export async function readTemplate(packaged: string): Promise<Template> {
  return Template.parse(JSON.parse(await readFile(join(packaged, TEMPLATE), 'utf8')));
}

/** Reads the stateful resources of the template of version 0.1.0, as its stage `example` had them, with the policy `Retain`. */
export async function readFirstRelease(): Promise<Template> {
  const file = new URL('version-0.1.0.json', import.meta.url);
  return Template.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** Finds a template's resources of one type, by their logical ids. */
export function resourcesOf({ Resources }: Template, type: string): Record<string, Resource> {
  return Object.fromEntries(Object.entries(Resources).filter(([, { Type }]) => Type === type));
}

/** Finds a template's resource. @throws Error if it is not there */
export function resource({ Resources }: Template, id: string): Resource {
  const found = Resources[id];
  if (!found) throw new Error(`The template has no resource ${id}.`);
  return found;
}

const Role = z.object({
  Policies: z.array(
    z.object({ PolicyDocument: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }) }),
  ),
});

/** Reads the statements of a role's policies, without those that CloudFormation leaves out. */
export function statementsOf(template: Template, role: string): Record<string, unknown>[] {
  return Role.parse(resource(template, role).Properties)
    .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter((statement) => statement['Ref'] !== 'AWS::NoValue');
}

const Function = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/** Lists the functions of a template by the names in their resources' ids, such as `MintToken`. */
export function functionsOf(template: Template): string[] {
  return Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).map((id) =>
    id.replace(/LambdaFunction$/, ''),
  );
}

const functionOf = (template: Template, name: string): z.infer<typeof Function> =>
  Function.parse(resource(template, `${name}LambdaFunction`).Properties);

/** Reads a function's environment variables. CloudFormation may still have to fill in some values. */
export function environmentOf(template: Template, name: string): Record<string, unknown> {
  return functionOf(template, name).Environment.Variables;
}

/** The content of a function's zip. */
export interface Zip {
  /** In bytes. */
  readonly size: number;
  /** The files by their paths. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The handler's name in the template, such as `functions/mint-token.handler`. */
  readonly handler: string;
}

/** Reads the zip of a function of a packaged service. */
export async function readZip(packaged: string, template: Template, name: string): Promise<Zip> {
  const { FunctionName, Handler } = functionOf(template, name);
  // service-stage-function
  const zip = await readFile(join(packaged, `${FunctionName.split('-').at(-1) ?? ''}.zip`));
  return { size: zip.length, files: unzipSync(zip), handler: Handler };
}

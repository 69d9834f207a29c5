import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import type { Policies } from '../../infra/deployer/policies.ts';
import { policiesOfStage } from '../../infra/deployer/stage-policies.ts';
import { rolesJsonSchema } from '../../infra/roles/roles-schema.ts';
import { apiTypes } from '../clients/api-types.ts';
import { costsReport } from '../cost/costs-report.ts';
import { readMeasured } from '../cost/measured.ts';
import { replacePart, type Markers } from './marked-part.ts';
import { parametersTable } from './parameters-table.ts';

/** A file of the repository that is generated from the code, as a whole or in part. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  /** Makes its new content from its present content. */
  readonly update: (content: string) => string | Promise<string>;
}

/** Makes the markers of a generated part of a page. */
const markersOf = (name: string): Markers => ({
  begin: `<!-- ${name}: npm run generate -->`,
  end: `<!-- end of ${name} -->`,
});

let policies: Promise<Policies> | undefined;

/** Makes the policies of the docs, once: packaging takes seconds. */
const examplePolicies = (): Promise<Policies> => (policies ??= policiesOfStage('example-full'));

/** Every generated file, except docs/openapi.json, which has its own command. */
export const GENERATED_FILES: readonly GeneratedFile[] = [
  {
    path: 'docs/configuration.md',
    update: (page) => replacePart(page, markersOf('parameters'), parametersTable()),
  },
  {
    path: 'docs/costs.md',
    update: (page) => replacePart(page, markersOf('costs'), costsReport(readMeasured())),
  },
  {
    path: 'infra/roles/roles.schema.json',
    update: () => JSON.stringify(rolesJsonSchema()),
  },
  {
    path: 'clients/typescript/src/api-types.ts',
    update: apiTypes,
  },
  // The rights to deploy the stage with every option.
  ...(['deployer', 'resources'] as const).map((document) => ({
    path: `docs/policies/${document}.json`,
    update: async () => JSON.stringify((await examplePolicies())[document]),
  })),
];

/** The present content of a generated file, and the content that it should have. */
export interface Comparison {
  readonly url: URL;
  readonly is: string;
  readonly shouldBe: string;
}

/** Compares a generated file with its newly generated content. */
export async function compare({ path, update }: GeneratedFile): Promise<Comparison> {
  const url = new URL(`../../${path}`, import.meta.url);
  const file = fileURLToPath(url);
  const is = await readFile(url, 'utf8');
  const shouldBe = await format(await update(is), { ...(await resolveConfig(file)), filepath: file });
  return { url, is, shouldBe };
}

import type { FinishedTemplate } from './finished-template.ts';
import { ROTATION_SCHEDULE } from './rotation-last.ts';

/** The logical id of the table (infra/stack/storage/table.yml). */
const TABLE = 'Table';

/** The stage parameters that take a resource out of the stack, by the resource's logical id. */
const REPLACED_BY = { Table: 'tableName', SigningKeySecret: 'signingKeySecretArn' };

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The resources of a template that is deployed now. */
export type DeployedResources = Readonly<
  Record<
    string,
    { readonly DeletionPolicy?: string | undefined; readonly Properties?: Readonly<Record<string, unknown>> }
  >
>;

/**
 * Changes a packaged template for the stack that it is about to update. Both changes depend on the resources that the stack has
 * already, which packaging cannot know.
 *
 * - `RotateImmediatelyOnUpdate` is true when the schedule is created, so that the first key is made at once, and false when it is
 *   updated. Otherwise a change of the interval or of the function would replace the key at once. (A schedule for another secret is
 *   created anew.)
 * - The table is protected from deletion only once it exists. CloudFormation cannot roll back the creation of a protected table.
 *
 * @param deployed - undefined if there is no stack yet
 * @returns sentences about the changes that the team should know
 * @throws Error if the update would delete the table or the secret of the stack, because the stage now names another one and the
 * deployed policy is `Delete`. The named table can be this very one.
 */
export function adaptToDeployed(
  { Resources }: FinishedTemplate,
  deployed: DeployedResources | undefined,
): string[] {
  for (const [id, parameter] of Object.entries(REPLACED_BY)) {
    const before = deployed?.[id];
    if (
      before !== undefined &&
      Resources[id] === undefined &&
      (before.DeletionPolicy ?? 'Delete') === 'Delete'
    ) {
      throw new Error(
        `${parameter}: this deployment would delete the stack's own ${id}, because it was deployed with deletionPolicy Delete. First deploy with deletionPolicy Retain and without ${parameter}.`,
      );
    }
  }
  const schedule = Resources[ROTATION_SCHEDULE]?.Properties;
  const before = deployed?.[ROTATION_SCHEDULE]?.Properties;
  if (schedule !== undefined && before !== undefined && isSame(schedule['SecretId'], before['SecretId'])) {
    schedule['RotateImmediatelyOnUpdate'] = false;
  }
  const table = Resources[TABLE]?.Properties;
  if (table?.['DeletionProtectionEnabled'] !== true || deployed?.[TABLE] !== undefined) return [];
  table['DeletionProtectionEnabled'] = false;
  return [
    'deletionProtection: the table is new, and will be protected by the next deployment. (A protected table would remain if this deployment failed.)',
  ];
}

import { replaceReferences } from './references.ts';
import type { FinishedTemplate } from './finished-template.ts';

/** The logical ids of the table that the stack creates, and of the stand-in for one that it adopts (infra/stack/storage). */
const TABLE = 'Table';
const ADOPTED_TABLE = 'AdoptedTable';

/**
 * Lets a stage with `tableName` use that table: the template then creates none, and every reference to the created table becomes
 * the name or the ARN of the adopted one, in the stack's own account and region. So roles, environments, alarms and outputs refer
 * to `Table` in both cases.
 */
export function adoptTable({ Resources, Outputs }: FinishedTemplate): void {
  const adopted = Resources[ADOPTED_TABLE];
  if (adopted === undefined) return;
  const name = String(adopted.Properties?.['TableName']);
  for (const id of [ADOPTED_TABLE, TABLE]) Reflect.deleteProperty(Resources, id);
  const arn = `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${name}`;
  const replacement = { id: TABLE, ref: name, attributes: { Arn: arn } };
  for (const resource of Object.values(Resources)) {
    if (resource.DependsOn !== undefined) {
      resource.DependsOn = [resource.DependsOn].flat().filter((id) => id !== TABLE);
    }
    if (resource.Properties !== undefined) replaceReferences(resource.Properties, replacement);
  }
  replaceReferences(Outputs ?? {}, replacement);
}

import * as z from 'zod';
import type { DynamoDB } from '../../stand-ins/dynamodb/index.ts';
import { Statement } from '../../stand-ins/iam/index.ts';
import { resolveText, type References } from './references.ts';
import type { ServiceConfig } from './service-config.ts';

const KeySchema = z
  .array(z.object({ AttributeName: z.string(), KeyType: z.string() }))
  .transform((keys) => keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '');

const TableProperties = z.object({
  KeySchema,
  GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema })).default([]),
});

const RoleProperties = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.looseObject({})) }) })),
});

/** Tells whether a statement is about the table. The others name resources that the local stack does not have. */
const isAboutTable = (statement: Readonly<Record<string, unknown>>): boolean =>
  [statement['Action']].flat().some((action) => String(action).startsWith('dynamodb:'));

/** Limits each function to its role's rights on the table, so that a right that is missing on AWS is missing here too. */
export function limitToRoles(
  { functions, resources: { Resources } }: ServiceConfig,
  table: string,
  references: References,
  dynamoDB: DynamoDB,
): void {
  const { KeySchema: partitionKey, GlobalSecondaryIndexes } = TableProperties.parse(
    Resources[table]?.Properties,
  );
  const indexes = GlobalSecondaryIndexes.map((index) => [index.IndexName, index.KeySchema] as const);
  for (const [name, { role }] of Object.entries(functions)) {
    // Without a role, a function has no rights.
    const { Policies } =
      role === undefined ? { Policies: [] } : RoleProperties.parse(Resources[role]?.Properties);
    const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(isAboutTable)
      .map(({ Resource, ...rest }) =>
        Statement.parse({ ...rest, Resource: resolveText(Resource, references, `A role of ${name}`) }),
      );
    dynamoDB.limit(name, {
      statements,
      tableArn: resolveText({ 'Fn::GetAtt': [table, 'Arn'] }, references, 'The rights on the table'),
      partitionKeys: { '': partitionKey, ...Object.fromEntries(indexes) },
    });
  }
}

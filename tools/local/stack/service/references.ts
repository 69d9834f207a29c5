import * as z from 'zod';
import { ACCOUNT, REGION } from '../../stand-ins/aws-account.ts';

/** The values of CloudFormation's references on this machine: `Table`, `Table.Arn`, `AWS::Region`, … */
export type References = ReadonlyMap<string, string>;

/** A value refers to a resource that the local stack does not have. */
export class UnresolvedReferenceError extends Error {
  override readonly name = 'UnresolvedReferenceError';
}

const Intrinsic = z.union([
  z.strictObject({ Ref: z.string() }),
  z.strictObject({ 'Fn::GetAtt': z.union([z.string(), z.tuple([z.string(), z.string()])]) }),
  z.strictObject({ 'Fn::Sub': z.string() }),
  z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
]);

/** CloudFormation's pseudo parameters. */
export const PSEUDO_PARAMETERS: readonly (readonly [string, string])[] = [
  ['AWS::AccountId', ACCOUNT],
  ['AWS::Partition', 'aws'],
  ['AWS::Region', REGION],
  ['AWS::StackName', 'layermint-local'],
  ['AWS::URLSuffix', 'amazonaws.com'],
];

/**
 * Resolves a property of the template to its deployed value.
 *
 * @param property - its name, for errors
 * @throws {UnresolvedReferenceError} for a reference without a counterpart on this machine
 */
export function resolveText(value: unknown, references: References, property: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const { data, success } = Intrinsic.safeParse(value);
  if (!success)
    throw new UnresolvedReferenceError(
      `${property} is neither a string nor a reference that the local stack can resolve`,
    );
  const lookUp = (name: string): string => {
    const found = references.get(name);
    if (found === undefined)
      throw new UnresolvedReferenceError(
        `${property} refers to ${name}, which the local stack does not have`,
      );
    return found;
  };
  if ('Ref' in data) return lookUp(data.Ref);
  if ('Fn::GetAtt' in data) return lookUp([data['Fn::GetAtt']].flat().join('.'));
  if ('Fn::Sub' in data)
    return data['Fn::Sub'].replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => lookUp(name));
  const [separator, parts] = data['Fn::Join'];
  return parts.map((part) => resolveText(part, references, property)).join(separator);
}

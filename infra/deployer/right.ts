import type { FinishedTemplate, TemplateResource } from '../packaging/template/finished-template.ts';

/** A permission that CloudFormation needs to create, change, read and delete the resources of a type. */
export interface Right {
  readonly actions: readonly string[];
  /** ARNs, also with `*` for a part that AWS makes up. */
  readonly resources: readonly string[];
  /** Conditions in the form of an IAM policy. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The account and the region of a stage. */
export interface Place {
  /** Such as `aws` or `aws-cn`. */
  readonly partition: string;
  readonly region: string;
  /** The account's twelve digits. */
  readonly account: string;
  /** The name of the CloudFormation stack. AWS begins the names that it makes up with it. */
  readonly stack: string;
}

/** The resources for which rights are asked. */
export interface Context extends Place {
  readonly template: FinishedTemplate;
  /** The resources of the type. */
  readonly resources: readonly TemplateResource[];
  /** Makes an ARN in the stage's region and account. */
  readonly arn: (service: string, resource: string) => string;
}

/** Lists the rights that a type of resource needs. */
export type RightsOf = (context: Context) => readonly Right[];

// CloudFormation makes up a name from the stack's, the logical id and a random part. If that is too long for a service, it keeps
// 24 characters of each.
const KEPT = 24;

/** Makes the pattern of the names that CloudFormation makes up for the resources of a stack. */
export const namesOf = (stack: string): string =>
  stack.length > KEPT ? `${stack.slice(0, KEPT)}*` : `${stack}-*`;

/** Makes the ARN of the resources of a service whose names CloudFormation makes up. */
export const named = ({ arn, stack }: Context, service: string, prefix: string): string =>
  arn(service, prefix + namesOf(stack));

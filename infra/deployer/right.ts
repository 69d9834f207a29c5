import type { FinishedTemplate, TemplateResource } from '../packaging/template/finished-template.ts';
import { namesOf } from '../stages/stack-name.ts';

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

/** Makes the ARN of the resources of a service whose names CloudFormation makes up. */
export const named = ({ arn, stack }: Context, service: string, prefix: string): string =>
  arn(service, prefix + namesOf(stack));

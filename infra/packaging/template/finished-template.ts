import type { Monitoring } from '../../stack/alarms/index.ts';

/** A resource of the template, as the Serverless CLI has put it together. */
export interface TemplateResource {
  readonly Type: string;
  DependsOn?: string | readonly string[] | undefined;
  DeletionPolicy?: string | undefined;
  UpdateReplacePolicy?: string | undefined;
  Properties?: Record<string, unknown>;
  readonly [attribute: string]: unknown;
}

/** The CloudFormation template just before the Serverless CLI writes it: nothing but CloudFormation's own functions is unresolved. */
export interface FinishedTemplate {
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs?: Record<string, unknown>;
}

/** Settings of the stage that changes of the template use. */
export interface StackSettings {
  /** The stage's tags by their names; none if the stage sets none. */
  readonly tags: Readonly<Record<string, string>>;
  readonly monitoring: Monitoring;
}

/** A change of the finished template in place, for a rule that no single fragment can express. */
export type TemplateChange = (template: FinishedTemplate, settings: StackSettings) => void;

import type { FinishedTemplate, StackSettings } from './finished-template.ts';

type Form = 'list' | 'map';

/** The types of resources that CloudFormation can tag, each with the form of its property `Tags`. */
const TAGGED: Readonly<Record<string, Form>> = {
  'AWS::ApiGatewayV2::Api': 'map',
  'AWS::ApiGatewayV2::DomainName': 'map',
  'AWS::ApiGatewayV2::Stage': 'map',
  'AWS::CloudFront::Distribution': 'list',
  'AWS::CloudWatch::Alarm': 'list',
  'AWS::CodeDeploy::Application': 'list',
  'AWS::CodeDeploy::DeploymentGroup': 'list',
  'AWS::DynamoDB::Table': 'list',
  'AWS::Events::Rule': 'list',
  'AWS::IAM::Role': 'list',
  'AWS::Lambda::Function': 'list',
  'AWS::Logs::LogGroup': 'list',
  'AWS::S3::Bucket': 'list',
  'AWS::SecretsManager::Secret': 'list',
  'AWS::SQS::Queue': 'list',
};

/** The types of resources that have no tags. They belong to another resource, or are settings of one. */
const UNTAGGED: readonly string[] = [
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::CloudWatch::Dashboard',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::SubscriptionFilter',
  'AWS::Route53::RecordSet',
  'AWS::S3::BucketPolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SQS::QueuePolicy',
];

/** Tells whether this file says of a type of resource whether it has tags. */
export const hasKnownTags = (type: string): boolean => type in TAGGED || UNTAGGED.includes(type);

/**
 * Puts the stage's tags on every resource that can have tags. CloudFormation would do the same with the tags of the stack, but the
 * template then says nothing of them, and tools that check a template miss them. Resources of other types, which a team adds, get
 * their tags from CloudFormation.
 */
export function tagResources({ Resources }: FinishedTemplate, { tags }: StackSettings): void {
  const entries = Object.entries(tags);
  if (entries.length === 0) return;
  for (const resource of Object.values(Resources)) {
    const form = TAGGED[resource.Type];
    if (form === undefined) continue;
    const Tags = form === 'map' ? { ...tags } : entries.map(([Key, Value]) => ({ Key, Value }));
    resource.Properties = { ...resource.Properties, Tags };
  }
}

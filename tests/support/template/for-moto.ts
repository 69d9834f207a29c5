import { replaceReferences } from '../../../infra/packaging/template/references.ts';
import type { Template } from './template.ts';

/** The resource types that moto's CloudFormation does not have. It would report each and go on, but fails at their outputs. */
const UNSUPPORTED =
  /^AWS::(?:ApiGatewayV2|SecretsManager)::|^AWS::S3::BucketPolicy$|^AWS::Lambda::EventInvokeConfig$/;

/**
 * Makes the part of a template that moto can deploy: without the types that it does not have, with a made-up ARN in place of each
 * reference to one of them, and with `Retain` for `RetainExceptOnCreate`, which moto would take for `Delete`.
 */
export function forMoto(template: Template): Template {
  const { Resources, Outputs } = structuredClone(template);
  const unsupported = Object.keys(Resources).filter((id) => UNSUPPORTED.test(Resources[id]?.Type ?? ''));
  const supported = Object.entries(Resources).filter(([id]) => !unsupported.includes(id));
  const { TableName } = Outputs;
  const part: Template = {
    Resources: Object.fromEntries(supported),
    Outputs: TableName === undefined ? {} : { TableName },
  };
  for (const id of unsupported) {
    const ref = `arn:aws:example:us-east-1:123456789012:${id}`;
    replaceReferences(part, { id, ref, attributes: { Arn: ref } });
  }
  for (const resource of Object.values(part.Resources)) {
    resource.DependsOn = [resource.DependsOn ?? []].flat().filter((id) => !unsupported.includes(id));
    if (resource.DeletionPolicy === 'RetainExceptOnCreate') resource.DeletionPolicy = 'Retain';
  }
  return part;
}

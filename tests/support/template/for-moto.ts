import { replaceReferences } from '../../../infra/packaging/template/references.ts';
import type { Template } from './template.ts';

/** The resource types that moto's CloudFormation does not have. It would report each and continue, but fails at their outputs. */
const UNSUPPORTED =
  /^AWS::(?:ApiGatewayV2|SecretsManager)::|^AWS::S3::BucketPolicy$|^AWS::Lambda::EventInvokeConfig$/;

const NO_VALUE = JSON.stringify({ Ref: 'AWS::NoValue' });

/**
 * Makes the part of a template that moto can deploy: without the types that it does not have, with a made-up ARN in place of each
 * reference to one of them, with `Retain` for `RetainExceptOnCreate`, which moto would take for `Delete`, and without properties that
 * have no value.
 *
 * Moto has no update for tables, and forgets a table whose declaration differs in anything. It remembers the encryption of a table
 * with a key that it has made up, so the encryption is left out, too.
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
    for (const [name, value] of Object.entries(resource.Properties)) {
      if (JSON.stringify(value) === NO_VALUE || name === 'SSESpecification')
        Reflect.deleteProperty(resource.Properties, name);
    }
    if (resource.DeletionPolicy === 'RetainExceptOnCreate') resource.DeletionPolicy = 'Retain';
  }
  return part;
}

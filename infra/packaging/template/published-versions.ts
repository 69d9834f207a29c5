import type { FinishedTemplate } from './finished-template.ts';

const refIn = (value: unknown): string | undefined => {
  const id = (value as { readonly Ref?: unknown } | undefined)?.Ref;
  return typeof id === 'string' ? id : undefined;
};

/**
 * Keeps the published versions of some functions, and removes all others, with every output that names a version.
 *
 * The Serverless CLI makes a version of each function, with a hash of its code and configuration in the logical id. So a deployment
 * publishes a version if either has changed, and no other. The CLI also has CloudFormation retain every former version. That would
 * fill the account's storage, and break a deployment: after a rollback the failed version would stay, and the same code could not be
 * deployed again, because Lambda publishes nothing that equals the last version. So CloudFormation deletes a former version here,
 * once the alias has left it.
 *
 * @param functions - the logical ids of the functions that keep theirs
 * @returns the logical id of the version by that of its function
 */
export function publishedVersions(
  { Resources, Outputs = {} }: FinishedTemplate,
  functions: ReadonlySet<string>,
): Map<string, string> {
  const kept = new Map<string, string>();
  const all = new Set<string>();
  for (const [id, resource] of Object.entries(Resources)) {
    if (resource.Type !== 'AWS::Lambda::Version') continue;
    all.add(id);
    const owner = refIn(resource.Properties?.['FunctionName']);
    if (owner !== undefined && functions.has(owner)) {
      kept.set(owner, id);
      delete resource.DeletionPolicy;
    } else Reflect.deleteProperty(Resources, id);
  }
  for (const [name, output] of Object.entries(Outputs)) {
    const version = refIn((output as { readonly Value?: unknown }).Value);
    if (version !== undefined && all.has(version)) Reflect.deleteProperty(Outputs, name);
  }
  return kept;
}

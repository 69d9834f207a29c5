import type { FinishedTemplate, TemplateResource } from './finished-template.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Lists the names in the `${…}` of an Fn::Sub, without `${!…}`, which stands for the text itself. */
const namesInSub = (text: string): string[] =>
  Array.from(text.matchAll(/\$\{([^!}][^}]*)\}/g), ([, name = '']) => name.trim());

/** Lists the names to which a value refers: logical ids, and also pseudo parameters such as `AWS::Region`. */
function namesIn(value: unknown): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    const list: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
    const [first] = list;
    if (typeof first === 'string') {
      if (key === 'Fn::GetAtt') return [first.replace(/\..*/, '')];
      if (key === 'Fn::Sub')
        return [...namesInSub(first).map((name) => name.replace(/\..*/, '')), ...namesIn(list[1])];
    }
    return namesIn(inner);
  });
}

/** Lists the resources that CloudFormation creates before a resource: those in its DependsOn, Ref, Fn::GetAtt and Fn::Sub. */
function before(resource: TemplateResource, ids: ReadonlySet<string>): string[] {
  const names = [...[resource.DependsOn ?? []].flat(), ...namesIn(resource.Properties)];
  return names.filter((name) => ids.has(name));
}

/**
 * Finds everything that CloudFormation creates before a resource, over any number of steps.
 *
 * @param id - the resource's logical id
 * @returns the logical ids; the resource's own is among them only if the template has a cycle
 */
export function dependenciesOf({ Resources }: FinishedTemplate, id: string): ReadonlySet<string> {
  const ids = new Set(Object.keys(Resources));
  const found = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const resource = Resources[next];
    if (resource === undefined) continue;
    const more = before(resource, ids).filter((name) => !found.has(name));
    for (const name of more) found.add(name);
    open.push(...more);
  }
  return found;
}

import { nearest } from '../../lib/runtime/nearest.ts';
import { stackName } from './stages.ts';

/** AWS Lambda, CreateFunction, FunctionName. */
const LONGEST_FUNCTION_NAME = 64;

/**
 * Checks the names of the stages in infra/stages/stages.yml. A name is a part of the names of the stack and of every function.
 *
 * @param names - of all stages
 * @param functions - the names of the functions
 * @returns every fault, one sentence each
 */
export function checkStageNames(names: readonly string[], functions: readonly string[]): string[] {
  return names.filter((name) => name !== 'default').flatMap((name) => faultsOf(name, names, functions));
}

function faultsOf(name: string, names: readonly string[], functions: readonly string[]): string[] {
  const quoted = `stage "${name}"`;
  if (!/^[A-Za-z0-9-]+$/.test(name))
    return [
      `${quoted}: a name consists of letters, digits and hyphens: it is a part of the names of stack and functions`,
    ];
  const longest = functions.toSorted((one, other) => other.length - one.length)[0] ?? '';
  const length = `${stackName(name)}-${longest}`.length;
  const tooLong = length - LONGEST_FUNCTION_NAME;
  const isDefault = nearest(name, ['default']) !== undefined;
  const twin = names.find(
    (other) => !isDefault && other !== name && other.toLowerCase() === name.toLowerCase(),
  );
  return [
    ...(tooLong > 0
      ? [
          `${quoted}: its name is ${tooLong} characters too long. A function's name, such as ${stackName(name)}-${longest}, has ${LONGEST_FUNCTION_NAME} at most`,
        ]
      : []),
    ...(isDefault
      ? [`${quoted}: the parameters of all stages are under the name "default", in lower case`]
      : []),
    ...(twin === undefined ? [] : [`${quoted}: differs from "${twin}" only in upper and lower case`]),
  ];
}

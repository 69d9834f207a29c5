import type { SourceMap } from 'node:module';
import { relative, resolve } from 'node:path';
import type { Frame } from './cpu-profile.ts';

/** The source of a function. */
export interface Origin {
  /** The package, the folder of ours, or the part of Node. */
  readonly group: string;
  /** The path of the source file, or Node's name of it. */
  readonly module: string;
  /** The name of the function in its source, and its line. */
  readonly name: string;
}

/** The function name of a module's own statements, which run once when it is loaded. */
export const EVALUATION = '(module evaluation)';

/** Finds the origin of a frame. Undefined for native code, whose time is its caller's. */
export type OriginOf = (frame: Frame) => Origin | undefined;

/** The bundle of a profile. */
export interface MappedBundle {
  readonly path: string;
  readonly map: Pick<SourceMap, 'findEntry'>;
  /** The root of the project, to which paths are relative. */
  readonly root: string;
}

/** Tells whether a frame is the bundle's outermost code, in which all its modules are evaluated one after the other. */
export const isOutermost = ({ url, functionName, lineNumber, columnNumber }: Frame, path: string): boolean =>
  url === `file://${path}` && functionName === '' && lineNumber === 0 && columnNumber === 0;

/** Makes the function that finds origins, for the code of a bundle, of Node and of AWS's runtime client. */
export function originsIn({ path, map, root }: MappedBundle): OriginOf {
  return ({ functionName, url, lineNumber, columnNumber }) => {
    if (url === '') {
      const isOfV8 = functionName.startsWith('(');
      return isOfV8 ? { group: functionName, module: functionName, name: functionName } : undefined;
    }
    if (url !== `file://${path}`) return { ...placeOf(url), name: named(functionName, lineNumber) };
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!('originalSource' in entry)) return { group: 'bundle', module: 'bundle', name: functionName };
    const source = relative(root, resolve(path, '..', entry.originalSource));
    const place = { lineNumber, columnNumber };
    const name = functionName === '' ? '' : (sourceNameOf(map, place) ?? functionName);
    return { ...placeOf(source), name: named(name, entry.originalLine) };
  };
}

/** The columns between the name of a function and its parameters, as in `a=async(`. */
const NAME_TO_PARAMETERS = 8;

/** Finds the name that a function has in its source. V8 says where its parameters begin, and the name is before them. */
function sourceNameOf(
  map: MappedBundle['map'],
  { lineNumber, columnNumber }: Pick<Frame, 'lineNumber' | 'columnNumber'>,
): string | undefined {
  for (let back = 0; back <= Math.min(NAME_TO_PARAMETERS, columnNumber); back += 1) {
    const entry: object = map.findEntry(lineNumber, columnNumber - back);
    // Node's own types leave the name of a mapping out.
    if ('name' in entry && typeof entry.name === 'string') return entry.name;
  }
  return undefined;
}

const named = (name: string, line: number): string => `${name === '' ? '(anonymous)' : name}:${line + 1}`;

/** Names the module and the group of a path or URL. */
export function placeOf(path: string): Pick<Origin, 'group' | 'module'> {
  if (path.startsWith('node:')) return { group: groupOfNode(path), module: path };
  const inPackage = /.*\/?node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(path);
  if (inPackage !== null) {
    const [, name = '', file = ''] = inPackage;
    return { group: name, module: `${name}/${file}` };
  }
  const [first = '', second] = path.split('/');
  return { group: first === 'lib' && second !== undefined ? `lib/${second}` : first, module: path };
}

/** Groups Node's own modules: `node:internal/tls/wrap` and `node:_tls_wrap` are part of `node:tls`. */
function groupOfNode(path: string): string {
  const [, part = ''] = /^node:(?:internal\/)?_?([a-z0-9]+)/.exec(path) ?? [];
  return `node:${part}`;
}

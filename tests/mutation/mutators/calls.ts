import ts from 'typescript';
import { replace, type Mutator } from './change.ts';

/** Methods that are left out: the receiver takes the place of the result. */
const DROPPED = [
  'filter',
  'flat',
  'replace',
  'replaceAll',
  'reverse',
  'slice',
  'sort',
  'toLowerCase',
  'toSorted',
  'toUpperCase',
  'trim',
];

const SWAPPED: ReadonlyMap<string, readonly [kind: string, becomes: string]> = new Map([
  ['some', ['some-every', 'every']],
  ['every', ['some-every', 'some']],
  ['startsWith', ['text-place', 'includes']],
  ['endsWith', ['text-place', 'includes']],
  ['max', ['bound', 'min']],
  ['min', ['bound', 'max']],
  ['ceil', ['bound', 'floor']],
  ['floor', ['bound', 'ceil']],
]);

/** Takes calls out, leaving the value that they were given, and swaps methods. */
export const calls: Mutator = (node, source) => {
  if (!ts.isCallExpression(node)) return [];
  const { expression: callee, arguments: args } = node;
  const [only] = args;
  if (ts.isIdentifier(callee) && args.length === 1 && only && !ts.isSpreadElement(only)) {
    return [replace('drop-call', node, source, `(${only.getText(source)})`)];
  }
  if (!ts.isPropertyAccessExpression(callee)) return [];
  const name = callee.name.text;
  if (DROPPED.includes(name)) return [replace('drop-call', node, source, callee.expression.getText(source))];
  const swapped = SWAPPED.get(name);
  return swapped ? [replace(swapped[0], callee.name, source, swapped[1])] : [];
};

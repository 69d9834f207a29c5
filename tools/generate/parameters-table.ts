import { GROUPS } from '../../infra/stages/parameters.ts';
import { type Parameter } from '../../infra/stages/parameter.ts';

const code = (text: string): string => `\`${text}\``;

function defaultOf({ default: value, otherwise }: Parameter): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return code(`[${value.join(', ')}]`);
  // In quotes, as YAML reads the bare words as booleans.
  if (value === 'on' || value === 'off') return code(`'${value}'`);
  return value === undefined ? (otherwise ?? 'required') : code(value);
}

const rowOf = ([name, parameter]: readonly [string, Parameter]): string =>
  `| ${[
    code(name),
    defaultOf(parameter),
    parameter.allowed,
    parameter.does,
    parameter.variable === undefined ? '–' : code(parameter.variable),
  ].join(' | ')} |`;

/** Makes the tables of stage parameters in docs/configuration.md, in Markdown without alignment: a heading and a table for each group. */
export function parametersTable(): string {
  return GROUPS.map(({ title, parameters }) =>
    [
      `### ${title}`,
      '',
      '| parameter | default | allowed | what it does | variable |',
      '| --- | --- | --- | --- | --- |',
      ...Object.entries(parameters).map(rowOf),
    ].join('\n'),
  ).join('\n\n');
}

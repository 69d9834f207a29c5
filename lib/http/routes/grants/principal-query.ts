import { invalidQuery, readFlag, type Query } from '../../messages/query.ts';
import { isPrincipalName, type Principal } from '../../../identity/index.ts';

/** The parameters that name a principal: `user=ID`, `group=NAME`, and `everyone` without a value. */
export const PRINCIPAL_PARAMETERS = ['user', 'group', 'everyone'] as const;

/**
 * Reads the principal from one of the parameters.
 *
 * @throws Problem 400 if the value is not a valid name
 */
export function principalIn(query: Query, parameter: (typeof PRINCIPAL_PARAMETERS)[number]): Principal {
  switch (parameter) {
    case 'user':
      return { kind: 'user', id: nameIn(query, parameter) };
    case 'group':
      return { kind: 'group', name: nameIn(query, parameter) };
    case 'everyone':
      readFlag(query, parameter);
      return { kind: 'everyone' };
  }
}

function nameIn(query: Query, parameter: string): string {
  const name = query.get(parameter) ?? '';
  if (isPrincipalName(name)) return name;
  throw invalidQuery(`must have a "${parameter}" of 1 to 512 bytes without control characters`);
}

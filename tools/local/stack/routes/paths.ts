// What a running stack answers beside the API. Commands import this file alone, as the stack itself takes seconds to load.

/** The path at which a running stack is looked for. */
export const DESCRIPTION_PATH = '/local';

/** The path at which it says how to reach its table. */
export const TABLE_PATH = '/local/table';

/** The path under which it shows its functions, as AWS's own Lambda API does. */
export const FUNCTIONS_PATH = '/local/functions';

/** Names the path of a function, or of what can be done with it. */
export function functionPath(functionName: string, action?: 'restart' | 'invoke'): string {
  return [FUNCTIONS_PATH, functionName, ...(action === undefined ? [] : [action])].join('/');
}

import type { CallerRules } from '../../../lib/identity/index.ts';

/** The rules for the callers of a stage with the default parameters, whose issuer is Cognito. */
export const COGNITO_CALLERS: CallerRules = {
  claims: { userId: 'sub', groups: 'cognito:groups', name: 'name', scopes: ['scope', 'scp'] },
  backends: new Map(),
};

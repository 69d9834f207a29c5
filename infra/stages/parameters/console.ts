import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

/** {@link ParameterGroup} */
export const CONSOLE: ParameterGroup = {
  title: 'The console',
  parameters: {
    consoleClientId: {
      otherwise: 'no console',
      variable: 'CONSOLE_CLIENT_ID',
      json: true,
      allowed: "a client id, or `{issuer's name: client id, …}` with several issuers",
      does: 'The public client with which people sign in to [the console](console.md). If set, the API serves it at `/console`.',
    },
    consoleScopes: {
      default: ['openid'],
      variable: 'CONSOLE_SCOPES',
      json: true,
      allowed: 'a list of scopes',
      does: 'The scopes for which the console asks at the sign-in. With `offline_access`, most providers let it renew the token of a person without another sign-in.',
    },
    consoleTokenUse: {
      default: 'access',
      variable: 'CONSOLE_TOKEN_USE',
      allowed: oneOf(['access', 'id']),
      does: "The token that the console sends to the API: `id` if your provider's access tokens lack the stage's audience. The client id of the console must then be among the audiences.",
    },
    consoleOrigins: {
      otherwise: 'those of the issuers',
      variable: 'CONSOLE_ORIGINS',
      json: true,
      value: () => values.origins,
      allowed: 'a list of origins',
      does: "Origins to which the console may connect besides the issuers': that of the token endpoint, if it is on another host than the issuer, as Cognito's is.",
    },
  },
};

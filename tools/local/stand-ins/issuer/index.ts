export { CALLER_TOKEN_LIFE, startIssuer, type Caller, type Issuer } from './issuer.ts';
export type { PublicClient } from './sign-in/authorization-request.ts';

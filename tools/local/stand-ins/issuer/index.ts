export { CALLER_TOKEN_LIFE, startIssuer, type Caller, type Issuer } from './issuer.ts';

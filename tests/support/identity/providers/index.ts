import type { ProviderAt } from '../provider.ts';
import { anyOidc } from './any-oidc.ts';
import { auth0 } from './auth0.ts';
import { clerk } from './clerk.ts';
import { cognito } from './cognito.ts';
import { entraId } from './entra-id.ts';
import { firebase } from './firebase.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';
import { zitadel } from './zitadel.ts';

/** The providers of docs/identity-providers.md with one issuer that API Gateway can verify by itself. */
const BEHIND_API_GATEWAY: readonly ProviderAt[] = [
  cognito,
  auth0,
  entraId,
  okta,
  keycloak,
  firebase,
  clerk,
  zitadel,
  anyOidc,
];

/** Every provider of docs/identity-providers.md. */
export const PROVIDERS: readonly ProviderAt[] = BEHIND_API_GATEWAY;

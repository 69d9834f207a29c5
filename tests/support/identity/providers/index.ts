import type { ProviderAt } from '../provider.ts';
import { anyOidc } from './any-oidc.ts';
import { auth0 } from './auth0.ts';
import { clerk } from './clerk.ts';
import { cognito } from './cognito.ts';
import { entraId } from './entra-id.ts';
import { firebase } from './firebase.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';
import { supabase } from './supabase.ts';
import { zitadel } from './zitadel.ts';

/** Every provider of docs/identity-providers.md, in its order. */
export const PROVIDERS: readonly ProviderAt[] = [
  cognito,
  auth0,
  entraId,
  okta,
  keycloak,
  firebase,
  supabase,
  clerk,
  zitadel,
  anyOidc,
];

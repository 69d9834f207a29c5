import type { ProviderAt } from '../provider.ts';
import { auth0 } from './auth0.ts';
import { cognito } from './cognito.ts';
import { entraId } from './entra-id.ts';
import { firebase } from './firebase.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';
import { zitadel } from './zitadel.ts';

/** Every provider of docs/identity-providers.md, in its order. */
export const PROVIDERS: readonly ProviderAt[] = [cognito, auth0, entraId, okta, keycloak, firebase, zitadel];

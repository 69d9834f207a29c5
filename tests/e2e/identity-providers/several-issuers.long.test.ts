import { beforeAll, describe, expect, test } from '@jest/globals';
import { refusalIn, userIdIn } from '../../support/identity/answers.ts';
import type { Claims, Provider } from '../../support/identity/provider.ts';
import { startProviderIssuers, type ProviderIssuers } from '../../support/identity/provider-issuers.ts';
import { faultsOf, startProviderStage, type ProviderStage } from '../../support/identity/provider-stage.ts';
import { clerk as clerkAt } from '../../support/identity/providers/clerk.ts';
import { cognito as cognitoAt } from '../../support/identity/providers/cognito.ts';
import { firebase as firebaseAt } from '../../support/identity/providers/firebase.ts';
import { recipeOf } from '../../support/identity/recipe.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { resourcesOfFile } from '../../support/runtime/resources.ts';

const resources = resourcesOfFile();
let issuers: ProviderIssuers;

const [clerk, cognito, firebase] = [clerkAt(NOON), cognitoAt(NOON), firebaseAt(NOON)];

beforeAll(async () => {
  issuers = resources.adopt(await startProviderIssuers(), (it) => it.close());
});

const tokenOf = (provider: Provider, claims: Claims): Promise<string> => issuers.sign(provider, { claims });

const start = async (recipe: Readonly<Record<string, unknown>>): Promise<ProviderStage> =>
  resources.adopt(await startProviderStage(recipe, issuers, new ManualClock()), (it) => it.close());

describe('session tokens of Clerk', () => {
  const recipe = recipeOf('Clerk', 'Session tokens of Clerk');
  const session = {
    azp: 'https://app.example.com',
    exp: NOON + 50,
    fva: [7, -1],
    iat: NOON - 10,
    iss: 'https://clerk.example.com',
    jti: '2b8f0c6d9e1a4753',
    nbf: NOON - 20,
    sid: 'sess_2kR1wX8uY6nQ4mT2bV9cZ5aE3sD',
    sub: clerk.userId,
    v: 2,
  };
  const ofOrganisation = { ...session, o: { id: 'org_2jN5tM7rL9kP', slg: 'example', rol: 'member' } };
  const ofBackend = { ...session, sub: clerk.backend['sub'] };
  let stage: ProviderStage;

  beforeAll(async () => {
    stage = await start(recipe);
  });

  test('packaging accepts the parameters of the page', () => {
    expect(faultsOf(recipe)).toEqual([]);
  });

  test('a backend sets the first grant, and the user gets a token', async () => {
    const backend = await tokenOf(clerk, ofBackend);
    expect((await stage.grant(backend, 'contract', `user=${clerk.userId}`)).status).toBe(201);
    const minted = await stage.mint(await tokenOf(clerk, session), 'contract');
    expect([minted.status, userIdIn(minted)]).toEqual([201, clerk.userId]);
  });

  test('a user gets a token by the grant of the active organisation, and none without it', async () => {
    const backend = await tokenOf(clerk, ofBackend);
    expect((await stage.grant(backend, 'plan', 'group=org_2jN5tM7rL9kP')).status).toBe(201);
    expect((await stage.mint(await tokenOf(clerk, ofOrganisation), 'plan')).status).toBe(201);
    expect(refusalIn(await stage.mint(await tokenOf(clerk, session), 'plan'))).toBe('403 not-granted');
  });

  test.each([
    ['of another web app', { ...session, azp: 'https://other.example.com' }],
    ['of a native app, which has no azp', { ...session, azp: undefined }],
  ])('a session token %s is refused', async (_, claims) => {
    expect(refusalIn(await stage.mint(await tokenOf(clerk, claims), 'draft'))).toBe('401');
    expect(stage.logged()).toContain('wrong-audience');
  });
});

describe('users of Firebase and a backend of Cognito', () => {
  const recipe = recipeOf('Any OIDC provider', 'A backend of another provider');
  let stage: ProviderStage;

  beforeAll(async () => {
    stage = await start(recipe);
  });

  test('packaging accepts the parameters of the page', () => {
    expect(faultsOf(recipe)).toEqual([]);
  });

  test('the backend sets the first grant, and the user gets a token', async () => {
    const backend = await tokenOf(cognito, cognito.backend);
    expect((await stage.grant(backend, 'contract', `user=${firebase.userId}`)).status).toBe(201);
    const minted = await stage.mint(await tokenOf(firebase, firebase.user), 'contract');
    expect([minted.status, userIdIn(minted)]).toEqual([201, firebase.userId]);
  });

  test('a client of the second issuer with the user id of a user of the first gets nothing of theirs', async () => {
    const backend = await tokenOf(cognito, cognito.backend);
    expect((await stage.grant(backend, 'notes', `user=${firebase.userId}`)).status).toBe(201);
    const twin = await tokenOf(cognito, { ...cognito.backend, sub: firebase.userId, scope: '' });
    expect(refusalIn(await stage.mint(twin, 'notes'))).toBe('403 not-granted');
  });

  test('a user of the first issuer gets no scope by a custom claim', async () => {
    const claims = { ...firebase.user, scope: 'layermint/grants', scp: ['layermint/grants'] };
    const answer = await stage.grant(await tokenOf(firebase, claims), 'draft', 'user=mallory');
    expect(refusalIn(answer)).toBe('403 not-granted');
  });

  test('a user of the first issuer whose id begins with the prefix of the second is refused', async () => {
    const claims = { ...firebase.user, sub: 'backend/7h8i9j0k1l2m3n4o5p6q7r8s9t' };
    expect((await stage.mint(await tokenOf(firebase, claims), 'draft')).status).toBe(403);
  });
});

import type { JWTPayload } from 'jose';
import { settingOf, type CheckedIssuer } from '../discovery/checked-issuer.ts';
import { failed, ok, type Finding } from '../finding.ts';

const ISSUER = 'the caller token is from the issuer of the stage';
/** The client of its account pages that Keycloak puts into `aud` until a client has an Audience mapper. */
const KEYCLOAK_ACCOUNT = 'account';

const AUDIENCE = 'the caller token is for the audience of the stage';

/**
 * Finds the issuer of a token among those of the stage. In a stage with one issuer, that one is the yardstick for the rest of the
 * token even if the token names another.
 */
export function issuerOf(
  { iss }: JWTPayload,
  issuers: readonly CheckedIssuer[],
): { readonly finding: Finding; readonly issuer?: CheckedIssuer } {
  const same = issuers.find(({ issuer }) => issuer === iss);
  if (same !== undefined) return { finding: ok(ISSUER, detailOf(same)), issuer: same };
  const like = issuers.find(({ issuer }) => withoutSlash(issuer) === withoutSlash(iss ?? ''));
  const [only] = issuers.length === 1 ? issuers : [];
  const nearest = like ?? only;
  return {
    finding: nearest ? refusalOf(iss, nearest) : noneOf(iss, issuers),
    ...(nearest && { issuer: nearest }),
  };
}

const withoutSlash = (issuer: string): string => issuer.replace(/\/$/, '');

const detailOf = ({ name, issuer }: CheckedIssuer): string =>
  name === undefined ? issuer : `${name}, ${issuer}`;

function noneOf(iss: string | undefined, issuers: readonly CheckedIssuer[]): Finding {
  const found = iss === undefined ? 'it has no "iss"' : `its "iss" is ${JSON.stringify(iss)}`;
  const known = issuers.map(detailOf).join('; ') || 'none';
  return failed(
    ISSUER,
    `${found}; the issuers of the stage are ${known}`,
    'Get a token from one of these, or add its issuer to "issuers", with the "iss" of the token letter for letter.',
  );
}

function refusalOf(iss: string | undefined, checked: CheckedIssuer): Finding {
  const { issuer } = checked;
  const setting = settingOf(checked, 'issuer');
  const found = iss === undefined ? 'it has no "iss"' : `its "iss" is ${JSON.stringify(iss)}`;
  const slash = iss !== undefined && withoutSlash(iss) === withoutSlash(issuer);
  return failed(
    ISSUER,
    `${found}, the stage has ${JSON.stringify(issuer)}${slash ? ': they differ in the slash at the end' : ''}`,
    slash
      ? `Set ${setting} to ${iss}, letter for letter.`
      : isOldEntraToken(iss, issuer)
        ? 'Entra made a token of version 1. Set api.requestedAccessTokenVersion to 2 in the manifest of the app registration for this API.'
        : `Get a token from the issuer of the stage, or set ${setting} to the "iss" of the token, letter for letter.`,
  );
}

/** Recognises the issuer of Entra's access tokens of version 1, which differs from the issuer of its discovery document. */
const isOldEntraToken = (iss = '', issuer: string): boolean =>
  iss.startsWith('https://sts.windows.net/') && issuer.startsWith('https://login.microsoftonline.com/');

/**
 * Checks the audience of a token. The verifier looks at `client_id` only in a token without `aud`, and the authorizer of several issuers
 * at `azp` in a token without both.
 */
export function checkAudience(claims: JWTPayload, checked: CheckedIssuer): Finding {
  const { audience: accepted, verifier, name: ofSeveral } = checked;
  const setting = settingOf(checked, 'audience');
  const { aud, client_id: clientId, azp } = claims;
  const others =
    ofSeveral === undefined
      ? [['client_id', clientId] as const]
      : [['client_id', clientId] as const, ['azp', azp] as const];
  const [name, value] = [['aud', aud] as const, ...others].find(([, it]) => it !== undefined) ?? [
    'aud',
    undefined,
  ];
  const found = [value].flat().filter((it) => typeof it === 'string');
  const match = found.find((it) => accepted.includes(it));
  if (match !== undefined) return ok(AUDIENCE, `${name} ${match}`);
  const stageHas = `the stage has ${list(accepted)}`;
  if (found.length === 0) {
    return failed(
      AUDIENCE,
      `it has neither ${['aud', ...others.map(([it]) => it)].map((it) => JSON.stringify(it)).join(' nor ')}; ${stageHas}`,
      `Let the app ask for an audience (an API, or a resource), and set it as ${setting}.`,
    );
  }
  const own = found.filter((it) => it !== KEYCLOAK_ACCOUNT || !checked.issuer.includes('/realms/'));
  const only = name === 'aud' && typeof clientId === 'string' && accepted.includes(clientId);
  return failed(
    AUDIENCE,
    `its "${name}" is ${list(found)}; ${stageHas}`,
    only
      ? `${verifier.subject === 'API Gateway' ? 'API Gateway' : 'The authorizer'} looks at "client_id" only in a token without "aud". Set ${setting} to the "aud" of the token.`
      : own.length === 0
        ? `Every app of a Keycloak realm gets tokens for "account", so it cannot be the audience of this API. Add a mapper of the type Audience with ${list(accepted)} to the client that asked for this token.`
        : `Set ${setting} to ${own.join(' or ')} if the token is meant for this API; otherwise let the app ask for the audience of the stage.`,
  );
}

const list = (values: readonly string[]): string =>
  values.map((it) => JSON.stringify(it)).join(', ') || 'none';

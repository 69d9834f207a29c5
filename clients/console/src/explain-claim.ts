import { fromNow } from './components/time.tsx';

const EXPLANATIONS: Readonly<Record<string, string>> = {
  iss: 'The issuer of the token.',
  sub: 'The subject.',
  aud: 'The audience: the services that may accept the token.',
  jti: 'The id of the token. Revocations name it.',
  document_id: 'The one document that the token opens.',
  layer: 'The layer that the token opens. Without it, the token opens the default layer.',
  user_id: 'The user for whom Document Engine records annotations and comments.',
  creator_name: 'The name of the user in records.',
  permissions: 'The actions that the token allows on the document.',
  collaboration_permissions: 'The records that the user may see, edit, delete, fill in and reply to.',
  default_group: 'The group of records that the user creates.',
  group: 'The group of records that the user creates.',
};

/** Explains a claim of a token in a sentence; undefined for a claim that says nothing more than its name. */
export function explainClaim(name: string, value: unknown): string | undefined {
  if (typeof value === 'number' && ['iat', 'nbf', 'exp', 'auth_time'].includes(name)) {
    const moment = new Date(value * 1000);
    if (Number.isNaN(moment.getTime())) return undefined;
    const away = moment.getTime() - Date.now();
    return `${TIMES[name] ?? ''} ${moment.toISOString().replace('T', ' ').replace('.000Z', ' UTC')}, ${fromNow(away)}.`;
  }
  return Object.hasOwn(EXPLANATIONS, name) ? EXPLANATIONS[name] : undefined;
}

const TIMES: Readonly<Record<string, string>> = {
  iat: 'Issued',
  nbf: 'Not valid before',
  exp: 'Expires',
  auth_time: 'The person signed in',
};

import * as z from 'zod';
import type { ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';
import { backends } from './backends.ts';

const CLAIM = 'the name of a claim, or a JSON Pointer';

/** {@link ParameterGroup} */
export const CALLERS: ParameterGroup = {
  title: 'Callers',
  parameters: {
    issuer: {
      otherwise: 'required without `issuers`',
      variable: 'ISSUER',
      value: values.issuer,
      allowed: 'an https URL',
      does: "The issuer of caller tokens. Copy their `iss` claim letter for letter, with its final slash if it has one. API Gateway finds the issuer's keys through `<issuer>/.well-known/openid-configuration`, and accepts RS algorithms only.",
    },
    audience: {
      otherwise: 'required without `issuers`',
      value: () =>
        z.union([values.name, z.array(values.name).min(1)], 'must be an audience or a list of one or more'),
      allowed: 'a string or a list of strings',
      does: 'The audience of caller tokens: their `aud`, or their `client_id` if they have no `aud`, like the access tokens of Cognito.',
    },
    issuers: {
      otherwise: 'one issuer',
      variable: 'ISSUERS',
      json: true,
      allowed: 'a list of 1 to 10 issuers',
      does: 'Several issuers, or one with other algorithms than RS. It takes the place of `issuer` and `audience`, and a function of the stack verifies the tokens. See [below](#several-issuers).',
    },
    userIdClaim: {
      default: 'sub',
      variable: 'USER_ID_CLAIM',
      allowed: CLAIM,
      does: 'The claim of the caller token that becomes `user_id`. See [below](#claims-and-scopes).',
    },
    groupsClaim: {
      default: 'cognito:groups',
      variable: 'GROUPS_CLAIM',
      allowed: CLAIM,
      does: "The claim with the caller's groups. See [its shapes](#groups).",
    },
    groupsSeparator: {
      otherwise: 'one string is one group',
      variable: 'GROUPS_SEPARATOR',
      value: () => z.string('must be a string').min(1, 'must not be empty'),
      allowed: 'a string',
      does: 'Separates the groups in a claim that is one string: `,` or a blank. It splits no name of a list. Blanks around a group are dropped.',
    },
    scopesClaim: {
      default: ['scope', 'scp'],
      variable: 'SCOPES_CLAIM',
      json: true,
      value: () =>
        z
          .unknown()
          .refine(
            (all) => !Array.isArray(all) || new Set(all).size === all.length,
            'must not name a claim twice',
          ),
      allowed: 'a list of names of claims, or JSON Pointers',
      does: "The claims with the caller's scopes, each a string of words or a list of strings. `[]`: no token gives a scope, and `backends` alone does.",
    },
    backends: {
      otherwise: 'none',
      variable: 'BACKENDS',
      json: true,
      value: () => backends,
      allowed: '`{user id: [scope, …], …}`, at most 20',
      does: 'The scopes of machine callers, for issuers that cannot give any. See [below](#backends-without-scopes).',
    },
    nameClaim: {
      default: 'name',
      variable: 'NAME_CLAIM',
      allowed: CLAIM,
      does: 'The claim that becomes `creator_name`, if it is a string of 1 to 512 bytes without control characters. Any other is left out.',
    },
  },
};

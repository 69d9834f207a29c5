import * as z from 'zod';
import type { ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

/** {@link ParameterGroup} */
export const CALLERS: ParameterGroup = {
  title: 'Callers',
  parameters: {
    issuer: {
      value: values.issuer,
      allowed: 'an https URL',
      does: "The issuer of caller tokens. Copy their `iss` claim letter for letter, with its final slash if it has one. API Gateway finds the issuer's keys through `<issuer>/.well-known/openid-configuration`, and accepts RS algorithms only.",
    },
    audience: {
      value: () =>
        z.union([values.name, z.array(values.name).min(1)], 'must be an audience or a list of one or more'),
      allowed: 'a string or a list of strings',
      does: 'The audience of caller tokens: their `aud`, or their `client_id` if they have no `aud`, like the access tokens of Cognito.',
    },
    userIdClaim: {
      default: 'sub',
      variable: 'USER_ID_CLAIM',
      allowed: 'the name of a claim',
      does: 'The claim of the caller token that becomes `user_id`. See [below](#claims-and-scopes).',
    },
    groupsClaim: {
      default: 'cognito:groups',
      variable: 'GROUPS_CLAIM',
      allowed: 'the name of a claim',
      does: "The claim with the caller's groups: a list of strings, or one string.",
    },
    groupsSeparator: {
      otherwise: 'one string is one group',
      variable: 'GROUPS_SEPARATOR',
      allowed: 'a string',
      does: 'Separates the groups in a claim that is one string.',
    },
    scopesClaim: {
      default: ['scope', 'scp'],
      variable: 'SCOPES_CLAIM',
      json: true,
      allowed: 'a list of names of claims',
      does: "The claims with the caller's scopes.",
    },
    backends: {
      otherwise: 'none',
      variable: 'BACKENDS',
      json: true,
      allowed: 'a map from user ids to lists of scopes',
      does: 'The scopes of machine callers, for issuers that have no scopes.',
    },
    nameClaim: {
      default: 'name',
      variable: 'NAME_CLAIM',
      allowed: 'the name of a claim',
      does: 'The claim that becomes `creator_name`, if it is a string of 1 to 512 bytes without control characters. Any other is left out.',
    },
  },
};

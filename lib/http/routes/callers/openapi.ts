import type { DescribedResource } from '../openapi.ts';
import { CallerAnswer } from './schemas.ts';

/** Describes the route of the caller. */
export const callersResource: DescribedResource = {
  tag: { name: 'caller', description: 'Who the caller is.' },
  schemas: {
    Caller: {
      schema: CallerAnswer,
      remarks: {
        '': 'The caller, as every route reads the caller token.',
        userId: 'The user id, to which grants are given. Tokens have it as `user_id`.',
        name: 'The name that Document Engine shows. Absent: the token has none that can be shown.',
        clientId:
          'The app or backend that the caller token was issued to. Absent: the token does not tell it.',
        groups: 'The groups whose grants count, at most 500.',
        scopes: 'The scopes, from the token and from the stage’s list of backends.',
        issuer: 'The issuer of the caller token.',
        expiresAt: 'The time at which the caller token expires, in UTC.',
        unread: 'The claims that hold something from which the service took nothing.',
        'unread[].claim':
          'The name of the claim in the stage’s parameters: of a member of the token, or a JSON Pointer.',
        'unread[].reason':
          '`left-out`: the issuer left the claim out for its length. `shape`: the claim is of a shape that the service does not read.',
      },
    },
  },
  operations: {
    getCaller: {
      summary: 'Get the caller',
      description:
        'Says for whom the service takes the sender of the caller token, and which claims it could not read. The answer has nothing that the token does not tell, except the scopes from the stage’s list of backends.',
      successes: { 200: 'The caller.' },
    },
  },
};

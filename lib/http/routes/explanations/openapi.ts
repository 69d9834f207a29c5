import { defaultGroupRemark, PRINCIPAL_NAME } from '../../messages/openapi.ts';
import type { DescribedOperation, DescribedSchema } from '../openapi.ts';
import type { MintRules, vouchedGrantSchema } from '../tokens/mint-request.ts';
import { ExplainedGrantAnswer, ExplanationAnswer, explainRequestSchema } from './schemas.ts';

const REASONS =
  'The reason that it does not count. `expired`: it has ended. `other-layer`: it does not open the layer. `unknown-role`: the role file does not have its role. `placeholder`: a name cannot stand for a placeholder of its role. `not-asked-for`: it has none of the permissions asked for. `without-effect`: its permissions and its collaboration permissions together allow nothing of what was asked for. `adds-nothing`: grants that last at least as long bring all that it brings. `other-group`: it is for a group that the request does not name. `other-user`: it is for another user. Absent if it counts.';

/** Describes the schemas of explain requests and their answers. */
export function explainSchemas(
  rules: MintRules,
  VouchedGrant: ReturnType<typeof vouchedGrantSchema>,
): Readonly<Record<string, DescribedSchema>> {
  return {
    ExplainRequest: {
      schema: explainRequestSchema(rules, VouchedGrant),
      remarks: {
        '': {
          description: 'The token to explain: a mint request, with its user beside the other members.',
          not: {
            properties: { layer: { type: 'string' }, privateLayer: { const: true } },
            required: ['layer', 'privateLayer'],
          },
        },
        userId: { description: 'The user that the token would be for.', ...PRINCIPAL_NAME },
        groups:
          'The groups to assume for the user. Layermint does not know the groups of a user: take them from the caller token. Default: none.',
        'groups[]': { description: 'A group.', ...PRINCIPAL_NAME },
        name: "The user's name for records. It counts for the length of the token alone.",
        documentId: 'The document to open.',
        layer: 'The layer to open. Default: the default layer.',
        privateLayer: "The token would open the user's own private layer.",
        permissions: {
          description: 'The permissions to ask for. Default: all granted ones.',
          uniqueItems: true,
        },
        ttlSeconds: `The life to ask for, in seconds. A stage sets the default and the maximum; here they are ${rules.ttl.default} and ${rules.ttl.max}.`,
        defaultGroup: defaultGroupRemark(
          'The default group to ask for. Default: the first that the grants give.',
        ),
        grant:
          'A grant that a backend would vouch for. It decides in place of the grants that Layermint has for the user. It needs the scope `layermint/vouch`, as in a mint.',
      },
    },
    ExplainedGrant: {
      schema: ExplainedGrantAnswer,
      remarks: {
        '': 'A grant of the document, and its part in the token.',
        principal: 'The receiver of the grant. `{"vouched": true}`: it is the `grant` of the request.',
        'principal|1': 'The grant of the request.',
        'principal.vouched': 'Always true.',
        role: 'The role.',
        layers: 'The shared layers that it opens; `["*"]` is every one.',
        privateLayer: 'True: it also opens the private layer of each user that it applies to.',
        defaultGroup: 'The group of records that are created with it.',
        expiresAt: 'The time at which it ends, in UTC. Absent: never.',
        grantedBy: 'The user id of the caller who last changed it.',
        grantedAt: 'The time of that change, in UTC.',
        counts:
          'True if the token is built from it. After a refusal: true if it brings some of what was asked for. The token would be the same without the grants that do not count.',
        reason: REASONS,
        detail: 'The same in plain words.',
        brings: 'The part of the token that it brings. Absent if it does not count.',
        'brings.permissions': 'The permissions, cut to those asked for.',
        'brings.collaborationPermissions':
          'The collaboration permissions. Absent: all that its permissions allow.',
        'brings.defaultGroup': 'The default group that it can give.',
      },
    },
    Explanation: {
      schema: ExplanationAnswer,
      remarks: {
        '': 'The answer that a mint would give now, and the reasons.',
        documentId: 'The document.',
        layer: 'The layer. Absent if the request is for the private layer of a user that can have none.',
        userId: { description: 'The user.', ...PRINCIPAL_NAME },
        groups: 'The groups of the request, which were taken for those of the user.',
        outcome: '`allowed`: the mint would answer with a token. `refused`: it would answer with `problem`.',
        token: 'The content of the token. Absent if it is refused.',
        'token.permissions': 'The permissions.',
        'token.collaborationPermissions':
          'The collaboration permissions. Absent: all that the permissions allow.',
        'token.defaultGroup': 'The group of the records that the user creates.',
        'token.expiresAt': 'The time at which it would expire, in UTC.',
        problem: 'The problem details that the mint would answer with. Absent if it is allowed.',
        hints: 'Sentences for people who look for the reason. Their texts can change with every version.',
        grants:
          'The grants that count, then the other grants of the user, then those of other groups and users. At most 200, and at most 256 KB.',
        grantsLeftOut: 'The number of grants that were read, but did not fit into `grants`.',
        moreGrants: 'True if the document has more grants of other groups and users, which were not read.',
        liveTokens:
          'The tokens of the user for the document that can still be in use. Absent if there is no trace of any.',
        'liveTokens.since':
          'The time of the first token or of the last revocation, in UTC. Tokens from before are revoked.',
        'liveTokens.until':
          'The latest time at which a token can still be live, rounded up to a whole hour, in UTC. Absent: none is live.',
        'liveTokens.revocationsWaiting':
          'The number of revocations that Document Engine has not confirmed yet.',
        'liveTokens.waitingSince':
          'The time of the oldest of them, in UTC. It can be earlier, if a later one is confirmed already.',
      },
    },
  };
}

/** Describes the operation `explainToken`. */
export const explainToken: DescribedOperation = {
  summary: 'Explain which token a user would get, or why none',
  description:
    'Answers what a mint would answer for a user, and the part of each grant in it. For owners of the document, and callers with the scope `layermint/grants`. Nothing is written and nothing is signed. The answer does not tell whether there is a signing key, or whether the document exists at Document Engine.',
  successes: { 200: 'The explanation, also of a refusal.' },
};

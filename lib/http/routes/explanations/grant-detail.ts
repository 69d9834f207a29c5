import type { DecidingGrant } from '../../../grants/index.ts';
import type { ExplainedGrant, Explanation } from '../../../tokens/index.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import { listed } from '../tokens/mint-problems.ts';

/** Tells in plain words what part a grant has in the token, and why. */
export function grantDetail({ grant, verdict }: ExplainedGrant, { layer, decision }: Explanation): string {
  if (verdict.counts) {
    return decision.outcome === 'allowed'
      ? 'The token is built from it.'
      : 'It brings some of what was asked for, but not enough.';
  }
  switch (verdict.reason) {
    case 'expired':
      return `It ended at ${rfc3339(grant.expiresAt ?? 0)}.`;
    case 'other-layer':
      return otherLayer(grant, layer);
    case 'unknown-role':
      return `The role file of the deployment has no role ${JSON.stringify(grant.role)}. Set the grant again with another role.`;
    case 'placeholder':
      return `Its role cannot be used for this user: ${verdict.fault ?? ''}. A name with ":", "=" or "*" cannot stand for a placeholder, and "{group}" stands for nothing in the grant of a user or everyone.`;
    case 'not-asked-for':
      return 'It has none of the permissions that were asked for.';
    case 'without-effect':
      return 'Its permissions and its collaboration permissions together allow nothing of what was asked for.';
    case 'adds-nothing':
      return 'It adds nothing: grants that last at least as long bring all that it brings.';
    case 'other-group':
      return `It is for another group: the request does not name it.${verdict.wouldCount ? ' It would count if the user were in this group.' : ''}`;
    case 'other-user':
      return 'It is for another user. User ids are compared byte for byte.';
  }
}

function otherLayer({ layers, privateLayer }: DecidingGrant, layer: string | undefined): string {
  if (layer === undefined) {
    return 'This user can have no private layer: its name would be longer than 256 characters, or have "*" in it.';
  }
  const opens = [
    ...(layers.length > 0 ? [layersText(layers)] : []),
    ...(privateLayer ? ["each user's own private layer"] : []),
  ].join(' and ');
  return `It opens ${opens}, but not ${layersText([layer])}.`;
}

function layersText(layers: readonly string[]): string {
  const [first, ...others] = layers;
  if (others.length > 0) {
    return `the layers ${listed(layers)}${layers.includes('') ? ' ("" is the default layer)' : ''}`;
  }
  if (first === '*') return 'every shared layer';
  return first === '' ? 'the default layer' : `the layer ${listed(layers)}`;
}

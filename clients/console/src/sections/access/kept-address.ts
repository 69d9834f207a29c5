import { hashOf, routeOf } from '../../route.ts';
import { pathOf, type MintDraft } from './mint-draft.ts';

/** The section's own part of its address. */
const PATH = 'access';

/** Keeps the document and the layer in the address, for a reload and for another sign-in. It leaves another section's address alone. */
export function keepInAddress(draft: MintDraft): void {
  const { path } = routeOf(location.hash);
  if (path === PATH || path === '') history.replaceState(null, '', hashOf(PATH, ...pathOf(draft)));
}

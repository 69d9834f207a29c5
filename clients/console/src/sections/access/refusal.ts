import { ApiError, faultAt, faultWithin } from '../../api.ts';

/** A refusal in words. */
export interface Refusal {
  readonly title: string;
  readonly advice: string;
}

const slugOf = (error: unknown): string | undefined =>
  error instanceof ApiError ? error.problem?.type.replace('urn:layermint:problem:', '') : undefined;

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'not-granted': {
    title: 'You may not open this layer of this document.',
    advice:
      'No grant of yours opens it, or there is no such document: the service does not tell which. Compare the id and the layer with the list above. Or ask an owner of the document for a grant to your user id or to one of your groups.',
  },
  'permissions-not-granted': {
    title: 'You may open it, but not with these permissions.',
    advice: 'Tick fewer permissions, or none to get all that your grants give.',
  },
  'default-group-not-granted': {
    title: 'You may open it, but not with this group of new records.',
    advice: 'Leave the group empty, or take one that the service names.',
  },
  'groups-not-in-token': {
    title: 'No grant counts, because your sign-in does not tell your groups.',
    advice:
      'Only grants to your user id and to everyone counted. “Who am I” above says which claim was not read, and the remedy.',
  },
};

/** Says what a refusal means for the person, and the next step; undefined if the service's own words say it. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.status === 429) {
    return {
      title: 'The service gets too many requests at the moment.',
      advice: `Nothing is wrong with your request. Wait ${error.retryAfter === undefined ? 'a moment' : `${error.retryAfter} s`}, and mint again.`,
    };
  }
  const slug = slugOf(error);
  return slug !== undefined && Object.hasOwn(REFUSALS, slug) ? REFUSALS[slug] : undefined;
}

/** The reason for which the service refused a field, also one that no grant allows. */
export function fieldFault(
  error: unknown,
  field: 'documentId' | 'layer' | 'privateLayer' | 'permissions' | 'ttlSeconds' | 'defaultGroup',
): string | undefined {
  if (field === 'permissions') {
    return slugOf(error) === 'permissions-not-granted' ? detailOf(error) : faultWithin(error, '/permissions');
  }
  if (field === 'defaultGroup' && slugOf(error) === 'default-group-not-granted') return detailOf(error);
  return faultAt(error, `/${field}`);
}

const detailOf = (error: unknown): string | undefined =>
  error instanceof ApiError ? error.problem?.detail : undefined;

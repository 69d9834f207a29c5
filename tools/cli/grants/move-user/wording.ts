import { ANY_LAYER, type Grant } from '../../../../lib/grants/index.ts';
import { rfc3339 } from '../../../../lib/http/messages/rfc3339.ts';
import { quoted } from '../../command.ts';
import type { LeftReason, Outcome } from './move-grant.ts';
import type { Pair } from './user-pairs.ts';

/** Words the outcome on one document in a line. @param isDryRun - true if it is still to come */
export function outcomeLine(
  { from, to, line }: Pair,
  documentId: string,
  outcome: Exclude<Outcome, { readonly kind: 'nothing' }>,
  isDryRun: boolean,
): string {
  const place = `${line === undefined ? '' : `line ${line}, `}${documentId}`;
  if (outcome.kind === 'left') return `${place}: left as it is. ${reasonOf(outcome.reason, from, to)}`;
  const { plan } = outcome;
  const grant = `the grant of ${quoted(from)} (${inWords(outcome.from)})`;
  const be = isDryRun ? 'would be' : 'was';
  switch (plan.kind) {
    case 'set':
      return `${place}: ${grant} ${be} moved to ${quoted(to)}`;
    case 'join':
      return `${place}: ${grant} ${be} joined with that of ${quoted(to)}: ${inWords(plan.grant)}`;
    case 'replace':
      return `${place}: ${grant} ${be} put in place of that of ${quoted(to)}${plan.narrowed ? ', which is not part of it' : ', which is part of it'}`;
    case 'keep':
      return `${place}: ${grant} ${be} removed. ${quoted(to)} keeps its own: ${inWords(plan.grant)}`;
  }
}

function reasonOf(reason: LeftReason, from: string, to: string): string {
  switch (reason.kind) {
    case 'conflict':
      return `${quoted(from)} has ${inWords(reason.from)}, and ${quoted(to)} has ${inWords(reason.to)}. One grant for both would allow more than they do. Change one of them, or add --keep or --replace`;
    case 'unreadable':
      return 'A grant in the table cannot be read';
    case 'contended':
      return 'Others changed it during every attempt. Run the command again';
    case 'placeholder':
      return `The role "${reason.from.role}" has {userId}, which the characters of ${quoted(to)} do not allow. Give ${quoted(from)} another role first`;
    case 'private-layer':
      return `The grant opens the private layer, and the name of the one of ${quoted(to)} would break Document Engine's rules for layers`;
  }
}

/** Words the content of a grant: role, layers, default group and end. */
function inWords({ role, layers, privateLayer, defaultGroup, expiresAt }: Omit<Grant, 'etag'>): string {
  const names = layers.map((layer) =>
    layer === ANY_LAYER
      ? 'every shared layer'
      : layer === ''
        ? 'the default layer'
        : `layer ${quoted(layer)}`,
  );
  const places = [...names, ...(privateLayer ? ['the private layer'] : [])].join(', ');
  const group = defaultGroup === undefined ? '' : `, default group ${quoted(defaultGroup)}`;
  return `${role} on ${places}${group}${expiresAt === undefined ? '' : `, until ${rfc3339(expiresAt)}`}`;
}

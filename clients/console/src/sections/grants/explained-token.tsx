import { Table, type Column } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import type { ExplainedGrant, Explanation, Rights } from './explanation.ts';
import { layersInWords, layerInWords, principalInWords } from './grant.ts';

const TERMS: readonly Column<ExplainedGrant>[] = [
  { title: 'For', cell: ({ principal }) => principalInWords(principal) },
  { title: 'Role', cell: ({ role }) => <span class="whole">{role}</span> },
  { title: 'Opens', cell: layersInWords },
  {
    title: 'Ends',
    cell: ({ expiresAt }) => <>{expiresAt === undefined ? 'never' : <Time at={expiresAt} />}</>,
  },
];

const COUNTING: readonly Column<ExplainedGrant>[] = [
  ...TERMS,
  { title: 'Brings', cell: ({ brings }) => brings && <RightsInWords of={brings} /> },
];

const OTHERS: readonly Column<ExplainedGrant>[] = [
  ...TERMS,
  { title: 'Why it does not count', cell: ({ detail }) => detail },
];

const keyOf = ({ principal }: ExplainedGrant): string => `${principal.kind} ${principal.name}`;

/** The answer: the token or the refusal, then the grants that count, and the others with their reasons. */
export function ExplainedToken({ explanation }: { readonly explanation: Explanation }) {
  const { outcome, userId, layer, token, problem, hints, grants, grantsLeftOut, moreGrants } = explanation;
  const left = leftInWords(grantsLeftOut, moreGrants);
  const onLayer = layer === undefined ? '' : ` for ${layerInWords(layer)}`;
  return (
    <>
      <h3>
        User “{userId}”{onLayer}
      </h3>
      <p class={`summary ${outcome === 'allowed' ? 'good' : 'bad'}`}>
        <strong>
          {outcome === 'allowed' ? 'The person would get a token.' : 'The person would be refused.'}
        </strong>
      </p>
      {token && (
        <>
          <RightsInWords of={token} />
          <p>
            Asked for now, it would expire <Time at={token.expiresAt} />
          </p>
        </>
      )}
      {problem && (
        <p>
          {problem.title}. {problem.detail}
        </p>
      )}
      {hints.length > 0 && (
        <>
          <h4>{outcome === 'allowed' ? 'Good to know' : 'Why not'}</h4>
          <ul>
            {hints.map((hint) => (
              <li key={hint}>{hint}</li>
            ))}
          </ul>
        </>
      )}
      <h4>Grants that count</h4>
      <Table
        caption={
          outcome === 'allowed' ? 'The token is built from these' : 'These bring a part of what was asked for'
        }
        columns={COUNTING}
        rows={grants.filter(({ counts }) => counts)}
        keyOf={keyOf}
        empty="No grant counts for this person."
      />
      <h4>Grants that do not count</h4>
      <Table
        caption="Each with the reason"
        columns={OTHERS}
        rows={grants.filter(({ counts }) => !counts)}
        keyOf={keyOf}
        empty="Every grant that was read counts."
      />
      {left !== undefined && <p class="hint">{left}</p>}
      <LiveTokens of={explanation.liveTokens} />
    </>
  );
}

function leftInWords(grantsLeftOut: number, moreGrants: boolean): string | undefined {
  if (grantsLeftOut > 0) return `${grantsLeftOut} grants did not fit into the answer.`;
  return moreGrants
    ? 'The document has more grants of other groups and users, which were not read.'
    : undefined;
}

function RightsInWords({
  of: { permissions, collaborationPermissions, defaultGroup },
}: {
  readonly of: Rights;
}) {
  return (
    <>
      <div>{permissions.join(', ')}</div>
      <div class="hint">
        {collaborationPermissions === undefined
          ? 'Records: without restriction.'
          : `Records: ${collaborationPermissions.join(', ')}.`}
        {defaultGroup !== undefined && ` New records belong to the group “${defaultGroup}”.`}
      </div>
    </>
  );
}

function LiveTokens({ of }: { readonly of: Explanation['liveTokens'] }) {
  if (of?.until === undefined && !of?.revocationsWaiting) return null;
  return (
    <>
      <h4>Tokens in use</h4>
      {of.until !== undefined && (
        <p>
          A token of this person for the document can be live until <Time at={of.until} />. A revocation ends
          it.
        </p>
      )}
      {of.revocationsWaiting > 0 && (
        <p>Document Engine has not confirmed {of.revocationsWaiting} revocations yet.</p>
      )}
    </>
  );
}

import { ApiError } from '../../api.ts';
import { UNREAD_IN_WORDS, type Caller } from '../../caller-answer.ts';
import { Facts, Names } from '../../components/facts.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Problem } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { hashOf } from '../../route.ts';
import { explainClaim } from '../../explain-claim.ts';
import type { Inspection } from '../inspect/inspection.ts';
import type { ExplainedGrant, Explanation } from '../grants/explanation.ts';
import type { Way } from './follow.ts';
import { layersOf, principalOf } from './grant-in-words.ts';
import type { StationName } from './stations.ts';

/** The data of a station, after a request. */
export function StationContent({ name, way }: { readonly name: StationName; readonly way: Way }) {
  const { caller, explanation, token, inspection } = way;
  switch (name) {
    case 'caller-token':
      return caller instanceof ApiError ? (
        <Refusal of={caller} statuses={[401]} />
      ) : (
        <CallerToken caller={caller} />
      );
    case 'claims':
      return caller instanceof ApiError ? <Problem error={caller} /> : <ReadClaims caller={caller} />;
    case 'grants':
      return explanation === undefined ? null : <Grants explanation={explanation} />;
    case 'decision':
      return <Decision way={way} />;
    case 'token':
      return token === undefined || token instanceof ApiError ? null : (
        <TokenClaims inspection={inspection} />
      );
    case 'verdict':
      return inspection === undefined ? null : <VerdictOf inspection={inspection} />;
  }
}

function Refusal({ of, statuses }: { readonly of: ApiError; readonly statuses: readonly number[] }) {
  return of.status !== undefined && statuses.includes(of.status) ? <Problem error={of} /> : null;
}

function CallerToken({ caller: { issuer, clientId, expiresAt } }: { readonly caller: Caller }) {
  return (
    <Facts
      facts={[
        ['Issuer', <bdi>{issuer}</bdi>],
        ['App', clientId === undefined ? 'the token does not tell it' : <bdi>{clientId}</bdi>],
        ['Expires', <Time at={expiresAt} />],
      ]}
    />
  );
}

function ReadClaims({ caller: { userId, name, groups, scopes, unread } }: { readonly caller: Caller }) {
  return (
    <>
      <Facts
        facts={[
          ['User id', <bdi>{userId}</bdi>],
          ['Name', name === undefined ? 'none' : <bdi>{name}</bdi>],
          ['Groups', <Names of={groups} />],
          ['Scopes', <Names of={scopes} />],
        ]}
      />
      {unread.map(({ claim, reason }) => (
        <p key={claim} class="bad">
          The claim <code>{claim}</code> was not read. {UNREAD_IN_WORDS[reason].says}
        </p>
      ))}
    </>
  );
}

function Grants({ explanation }: { readonly explanation: Explanation | 'not-allowed' | ApiError }) {
  if (explanation instanceof ApiError) return <Problem error={explanation} />;
  if (explanation === 'not-allowed') {
    return (
      <p>Only owners of the document may look at its grants. The decision below says what they gave you.</p>
    );
  }
  const { outcome, grants, grantsLeftOut, moreGrants, hints } = explanation;
  const isRefused = outcome === 'refused';
  // A person who was refused may belong into a group that has a grant.
  const shown = isRefused ? grants : grants.filter((grant) => !isForOthers(grant));
  const sorted = shown.toSorted((one, other) => Number(other.counts) - Number(one.counts));
  const left = grants.length - shown.length + grantsLeftOut;
  return (
    <>
      {grants.length === 0 && <p>The document has no grant for you.</p>}
      <ul class="grants">
        {sorted.map((grant, at) => (
          <li key={at}>
            <GrantLine grant={grant} />
          </li>
        ))}
      </ul>
      {(left > 0 || moreGrants) && <p class="hint">The document has more grants, for others.</p>}
      {isRefused &&
        hints.map((hint) => (
          <p key={hint} class="hint">
            {hint}
          </p>
        ))}
    </>
  );
}

const isForOthers = ({ reason }: ExplainedGrant): boolean =>
  reason === 'other-group' || reason === 'other-user';

function GrantLine({ grant }: { readonly grant: ExplainedGrant }) {
  const { role, counts, detail } = grant;
  return (
    <>
      <strong class={counts ? 'good' : 'hint'}>{counts ? 'counts' : 'does not count'}</strong>:{' '}
      <bdi>{principalOf(grant)}</bdi> has the role <bdi>{role}</bdi> on <bdi>{layersOf(grant)}</bdi>. {detail}
    </>
  );
}

function Decision({ way: { token, wanted } }: { readonly way: Way }) {
  if (token === undefined) return null;
  if (token instanceof ApiError) {
    return (
      <>
        <Problem error={token} />
        <p>
          An owner can <a href={hashOf('grants', wanted.documentId)}>look at the grants of the document</a>,
          and add one.
        </p>
      </>
    );
  }
  return (
    <>
      <p class="good">
        <strong>The service mints the token.</strong>
      </p>
      <Facts
        facts={[
          ['Document', <bdi>{wanted.documentId}</bdi>],
          ['Layer', token.layer === '' ? 'the default layer' : <bdi>{token.layer}</bdi>],
          ['Permissions', token.permissions.join(', ')],
          ['Expires', <Time at={token.expiresAt} />],
        ]}
      />
    </>
  );
}

function TokenClaims({ inspection }: { readonly inspection: Way['inspection'] }) {
  if (inspection === undefined) return null;
  if (inspection instanceof ApiError) return <Problem error={inspection} />;
  return (
    <details>
      <summary>Show the claims</summary>
      <JsonView value={inspection.claims ?? {}} explain={explainClaim} />
    </details>
  );
}

function VerdictOf({ inspection }: { readonly inspection: Inspection | ApiError }) {
  if (inspection instanceof ApiError) return <Problem error={inspection} />;
  const { accepted, checks } = inspection;
  const failed = checks.filter(({ ok, basis }) => !ok && basis !== 'advice');
  return (
    <>
      <p class={accepted ? 'good' : 'bad'}>
        <strong>
          {accepted
            ? `Document Engine would accept the token: it keeps all of ${checks.length} rules.`
            : 'Document Engine would refuse the token.'}
        </strong>
      </p>
      <ul>
        {failed.map(({ rule, detail }) => (
          <li key={rule}>
            <code>{rule}</code>: {detail}
          </li>
        ))}
      </ul>
    </>
  );
}

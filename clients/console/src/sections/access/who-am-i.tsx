import { UNREAD_IN_WORDS, type Caller, type UnreadClaim } from '../../caller-answer.ts';
import { useCaller } from '../../caller-context.tsx';
import { Facts, Names } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Time } from '../../components/time.tsx';

/** The person as the service reads the caller token, and the claims that it could not read. */
export function WhoAmI() {
  return <Loaded of={useCaller()}>{(caller) => <Read caller={caller} />}</Loaded>;
}

/** A person's claims, each with its use. */
function Read({ caller }: { readonly caller: Caller }) {
  const { userId, name, clientId, groups, scopes, issuer, expiresAt, unread } = caller;
  return (
    <>
      <div class="who">
        <Facts
          facts={[
            [
              'User id',
              <Explained by="Grants to you name it. Tokens have it as user_id." of={<bdi>{userId}</bdi>} />,
            ],
            [
              'Name',
              <Explained
                by="Document Engine shows it in annotations and comments."
                of={name === undefined ? 'none' : <bdi>{name}</bdi>}
              />,
            ],
            ['Groups', <Explained by="Grants to these groups count for you." of={<Names of={groups} />} />],
            ['Scopes', <Explained by="Rights beyond your grants." of={<Names of={scopes} />} />],
            ['Issuer', <bdi>{issuer}</bdi>],
            ['App', clientId === undefined ? 'the token does not tell it' : <bdi>{clientId}</bdi>],
            ['Expires', <Time at={expiresAt} />],
          ]}
        />
      </div>
      {unread.length === 0 ? (
        <p class="good">The service could read every claim that it looked for.</p>
      ) : (
        unread.map((it) => <Unread key={it.claim} of={it} />)
      )}
    </>
  );
}

function Explained({ of, by }: { readonly of: preact.ComponentChild; readonly by: string }) {
  return (
    <>
      {of} <span class="hint">{by}</span>
    </>
  );
}

function Unread({ of: { claim, reason } }: { readonly of: UnreadClaim }) {
  const { says, remedy } = UNREAD_IN_WORDS[reason];
  return (
    <div class="problem">
      <p class="title">
        The claim <code>{claim}</code> was not read.
      </p>
      <p>{says}</p>
      <p>{remedy}</p>
    </div>
  );
}

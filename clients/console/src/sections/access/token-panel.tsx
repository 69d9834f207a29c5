import { inspectToken } from '../../handed-token.ts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { CodeBlock } from '../../components/code-block.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Facts } from '../../components/facts.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Countdown, Time } from '../../components/time.tsx';
import { explainClaim } from '../../explain-claim.ts';
import { layerInWords } from '../grants/grant.ts';
import { claimsIn, onThisDevice, type Minted } from './minted-token.ts';
import { SnippetList } from './snippet-list.tsx';

/** A minted token: its life, its claims, and code that asks for one like it. It gets the focus when it appears. */
export function TokenPanel({
  api,
  minted,
  onDrop,
}: {
  readonly api: string;
  readonly minted: Minted;
  readonly onDrop: () => void;
}) {
  const { request, token } = minted;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <section class="token">
      <h2 ref={heading} tabIndex={-1}>
        Your token
      </h2>
      <div class="lives">
        <Countdown until={onThisDevice(minted, 'expiresAt')} label="Life left" ended="none, it has expired" />
        <Countdown
          until={onThisDevice(minted, 'refreshAt')}
          label="Until a client should fetch the next one"
          ended="none, it should now"
        />
      </div>
      <Facts
        facts={[
          ['Document', <bdi>{token.documentId}</bdi>],
          ['Layer', <bdi>{layerInWords(token.layer)}</bdi>],
          ['User id', <bdi>{token.userId}</bdi>],
          ['Permissions', token.permissions.join(', ')],
          ['Fetch the next', <FetchNext at={token.refreshAt} />],
          ['Expires', <Time at={token.expiresAt} />],
          ['Server', <bdi>{token.serverUrl}</bdi>],
        ]}
      />
      <div class="buttons">
        <CopyButton title="Token" text={token.jwt}>
          Copy the token
        </CopyButton>
        <Button
          onClick={() => {
            inspectToken(token.jwt);
          }}
        >
          Inspect it
        </Button>
        <Button onClick={onDrop}>Drop it</Button>
      </div>
      <p class="hint">
        Treat it like a password. This page holds it in its memory alone. Dropping it does not revoke it.
      </p>
      <ShownToken jwt={token.jwt} />
      <h3>Claims</h3>
      <JsonView value={claimsIn(token.jwt) ?? {}} explain={explainClaim} />
      <h3>The same request in code</h3>
      <SnippetList repeated={{ api, request, layer: token.layer }} />
    </section>
  );
}

function FetchNext({ at }: { readonly at: string }) {
  return (
    <>
      <Time at={at} />{' '}
      <span class="hint">
        The service draws this time at random, so that clients do not come all at once.
      </span>
    </>
  );
}

/** The token itself, which is on the page only while somebody looks at it. */
function ShownToken({ jwt }: { readonly jwt: string }) {
  const [isShown, setShown] = useState(false);
  return (
    <details
      onToggle={(event) => {
        setShown(event.currentTarget.open);
      }}
    >
      <summary>Show the token</summary>
      {isShown && <CodeBlock title="Token" text={jwt} />}
    </details>
  );
}

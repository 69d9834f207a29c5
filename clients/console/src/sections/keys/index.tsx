import { useEffect, useState } from 'preact/hooks';
import type { Api } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useConsole } from '../../context.ts';
import { useLoaded } from '../../loading.ts';
import { LOCAL_STAGE, type ConsoleSection } from '../../section.ts';
import { overlapUntil, partOf, PARTS, readKeys, type PublishedKey } from './key-times.ts';
import { nextRotationOf, readLocalKeys, type LocalKeys } from './local-keys.ts';
import { LocalRotationPart } from './rotate.tsx';
import { KeyTimeLine } from './time-line.tsx';
import './keys.css';

export const section: ConsoleSection = { path: 'keys', title: 'Keys', position: 50, Section: Keys };

interface Shown {
  readonly keys: readonly PublishedKey[];
  /** On the local stack alone. */
  readonly local: LocalKeys | undefined;
}

/** Shows the public keys that verify tokens now, in time. */
function Keys() {
  const { api, config } = useConsole();
  const isLocal = config.stage === LOCAL_STAGE;
  const [round, setRound] = useState(0);
  const loading = useLoaded(() => load(api, isLocal), [round]);
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    if (loading.state === 'loaded') setShown(loading.value);
  }, [loading]);
  const reload = (): void => {
    setRound((it) => it + 1);
  };
  // While a look at a running rotation is under way, the former one stays.
  if (shown === undefined || loading.state === 'failed') return <Loaded of={loading}>{() => null}</Loaded>;
  return <Content shown={shown} reload={reload} />;
}

async function load(api: Api, isLocal: boolean): Promise<Shown> {
  const [{ body }, local] = await Promise.all([
    api.get('/.well-known/jwks.json', readKeys, { public: true }),
    isLocal
      ? api.get('/local/signing-key', readLocalKeys, {
          public: true,
          headers: { accept: 'application/json' },
        })
      : undefined,
  ]);
  return { keys: body.keys, local: local?.body };
}

function Content({ shown: { keys, local }, reload }: { readonly shown: Shown; readonly reload: () => void }) {
  const now = Date.now() / 1000;
  const overlap = overlapUntil(keys, now);
  return (
    <>
      <p>
        The service signs each token with one key. Everyone can verify the token with the public half of it.
        After a rotation, two keys verify for a while.
      </p>
      <Table
        caption="Public keys that verify tokens now"
        columns={columnsFor(keys)}
        rows={keys}
        keyOf={({ kid }) => kid}
        empty="There is no key yet: no token can be minted."
      />
      {keys.length > 0 && (
        <>
          <h2>Time line</h2>
          <p>
            {overlap === undefined ? (
              'One key verifies now. No former key has live tokens.'
            ) : (
              <>
                Tokens of a replaced key are valid until <Time at={overlap} />. Until then, more than one key
                verifies.
              </>
            )}
          </p>
          <KeyTimeLine keys={keys} now={now} nextRotation={local && nextRotationOf(local)} />
        </>
      )}
      {local ? <LocalRotationPart state={local} reload={reload} /> : <InAStage />}
      <div class="buttons">
        <Button onClick={reload}>Load again</Button>
      </div>
    </>
  );
}

function InAStage() {
  const { config } = useConsole();
  return (
    <>
      <h2>Rotation</h2>
      <p>
        Secrets Manager rotates the key by the schedule of the stage. An operator sees and changes more with{' '}
        <code>npm run keys -- status --stage {config.stage}</code>.
      </p>
    </>
  );
}

function columnsFor(keys: readonly PublishedKey[]): readonly Column<PublishedKey>[] {
  return [
    { title: 'Key (kid)', cell: ({ kid }) => <code>{kid}</code> },
    { title: 'Algorithm', cell: ({ alg }) => alg },
    {
      title: 'State',
      cell: (key) => {
        const part = partOf(key, keys.indexOf(key));
        return <span class={`key-part ${part}`}>{PARTS[part]}</span>;
      },
    },
    { title: 'Made', cell: ({ iat }) => (iat === undefined ? 'not recorded' : <Time at={iat} />) },
    { title: 'Verifies until', cell: ({ exp }) => (exp === undefined ? 'no end yet' : <Time at={exp} />) },
  ];
}

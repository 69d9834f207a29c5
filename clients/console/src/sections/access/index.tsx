import { useEffect, useRef, useState } from 'preact/hooks';
import { API } from '../../config.ts';
import { useConsole } from '../../context.ts';
import { focusFault } from '../../focus.ts';
import { useAction } from '../../loading.ts';
import type { ConsoleSection, SectionProps } from '../../section.ts';
import { keepInAddress } from './kept-address.ts';
import { bodyOf, draftAt, EMPTY, faultsOf, type MintDraft } from './mint-draft.ts';
import { MintForm } from './mint-form.tsx';
import { readMintedToken, type Minted } from './minted-token.ts';
import { MyDocuments } from './my-documents.tsx';
import { RefusalInWords } from './refusal-in-words.tsx';
import { TokenPanel } from './token-panel.tsx';
import { WhoAmI } from './who-am-i.tsx';
import './access.css';

export const section: ConsoleSection = { path: 'access', title: 'My access', position: 10, Section: Access };

/** Shows who the person is for the service, and the documents that they can open, and mints a token for them. */
function Access({ path }: SectionProps) {
  const { api, announce } = useConsole();
  const [draft, setDraft] = useDraft(path);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const minting = useAction(async (signal): Promise<Minted> => {
    const request = bodyOf(draft);
    const { body: token } = await api.post('/v1/tokens', { body: request, signal }, readMintedToken);
    announce('The token is minted.');
    return { request, token, receivedAt: Date.now() };
  });
  const faults = tried ? faultsOf(draft) : {};
  const mint = (): void => {
    setTried(true);
    keepInAddress(draft);
    if (Object.keys(faultsOf(draft)).length === 0) minting.run();
    else if (form.current) focusFault(form.current);
  };
  return (
    <>
      <h2>Who am I</h2>
      <WhoAmI />
      <h2>My documents</h2>
      <MyDocuments
        onChoose={(chosen) => {
          setDraft({ ...draft, ...chosen });
          form.current?.querySelector('input')?.focus();
        }}
      />
      <h2>Mint a token</h2>
      <p>A token opens one layer of one document in an app, for a short time. The audit log records it.</p>
      <MintForm
        {...{ draft, faults, form, error: minting.error, busy: minting.busy }}
        onChange={setDraft}
        onMint={mint}
      />
      <RefusalInWords error={minting.error} asked={wayOf(draft)} />
      {minting.value && (
        <TokenPanel key={minting.value.token.jwt} api={API} minted={minting.value} onDrop={minting.clear} />
      )}
    </>
  );
}

const wayOf = ({ documentId, which, layer }: MintDraft): readonly string[] => [
  documentId.trim(),
  ...(which === 'named' ? [layer] : []),
];

/** Begins the form with the document and the layer of the address, and keeps them there when the section leaves the page. */
function useDraft(path: readonly string[]): readonly [MintDraft, (draft: MintDraft) => void] {
  const [draft, setDraft] = useState<MintDraft>({ ...EMPTY, ...draftAt(path) });
  const latest = useRef(draft);
  latest.current = draft;
  useEffect(() => {
    setDraft((now) => ({ ...now, ...draftAt(path) }));
  }, [path.join('/')]);
  // A sign-in that ended takes the section away too. The next one begins with this address.
  useEffect(
    () => () => {
      keepInAddress(latest.current);
    },
    [],
  );
  return [draft, setDraft];
}

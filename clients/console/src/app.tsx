import { useMemo } from 'preact/hooks';
import { Loaded } from './components/loaded.tsx';
import { loadConfig, type ConsoleConfig } from './config.ts';
import { useLoaded } from './loading.ts';
import { Session } from './session/session.ts';
import { useSignal } from './session/signal.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in-page.tsx';

/** The whole page: its settings, the sign-in, and the sections. */
export function App() {
  const settings = useLoaded(async () => {
    const config = await loadConfig();
    const session = new Session(config);
    await session.resume();
    return { config, session };
  }, []);
  if (!isSecureContext) return <Unprotected />;
  if (settings.state === 'loaded') return <SignedInOrNot {...settings.value} />;
  return (
    <main class="sign-in">
      <h1>Layermint console</h1>
      <Loaded of={settings}>{() => null}</Loaded>
    </main>
  );
}

/** Over plain http from another machine, browsers have no cryptography for pages, which the sign-in needs. */
function Unprotected() {
  const here = `http://127.0.0.1:${location.port}${location.pathname}`;
  return (
    <main class="sign-in">
      <h1>Layermint console</h1>
      <div class="problem" role="alert">
        <p class="title">Nobody can sign in at this address.</p>
        <p>
          It is plain http, so the browser withholds the cryptography that a sign-in needs. Open the console
          under https. On the machine that runs the service, open <a href={here}>{here}</a>.
        </p>
      </div>
    </main>
  );
}

function SignedInOrNot({ config, session }: { readonly config: ConsoleConfig; readonly session: Session }) {
  const state = useSignal(session.state);
  const key = useMemo(() => ({ config, session }), [config, session]);
  if (state.state === 'signed-in') return <Shell {...key} />;
  return <SignIn config={config} session={session} state={state} />;
}

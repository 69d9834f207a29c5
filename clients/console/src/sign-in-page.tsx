import { useEffect } from 'preact/hooks';
import { Button } from './components/button.tsx';
import type { ConsoleConfig } from './config.ts';
import type { Session, SessionState } from './session/session.ts';

/** The page for people who are not signed in: a button for each identity provider. */
export function SignIn({
  config,
  session,
  state,
}: {
  readonly config: ConsoleConfig;
  readonly session: Session;
  readonly state: Exclude<SessionState, { readonly state: 'signed-in' }>;
}) {
  useEffect(() => {
    document.title = `Sign in – Layermint ${config.stage}`;
  }, [config.stage]);
  return (
    <main class="sign-in">
      <h1>Layermint console</h1>
      <p>
        Stage <strong>{config.stage}</strong>
      </p>
      {state.state === 'redirecting' ? (
        <p role="status">You are being sent to your identity provider …</p>
      ) : (
        <>
          {state.reason !== undefined && (
            <div class="problem" role="alert">
              <p>{state.reason}</p>
            </div>
          )}
          {config.issuers.map((issuer) => (
            <Button key={issuer.issuer} kind="primary" onClick={() => void session.signIn(issuer)}>
              {config.issuers.length === 1 ? 'Sign in' : `Sign in with ${issuer.name}`}
            </Button>
          ))}
        </>
      )}
    </main>
  );
}

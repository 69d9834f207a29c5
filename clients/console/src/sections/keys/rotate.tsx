import { useEffect } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { useConsole } from '../../context.ts';
import { useAction } from '../../loading.ts';
import { nextRotationOf, readStarted, type LocalKeys, type LocalRotation } from './local-keys.ts';

/** The time between two looks at a running rotation, in milliseconds. */
const LOOK_EVERY = 1000;

/** Shows what Document Engine and Secrets Manager say of the keys, and rotates on the local stack. */
export function LocalRotationPart({
  state,
  reload,
}: {
  readonly state: LocalKeys;
  /** Loads the state again, without hiding what is shown. */
  readonly reload: () => void;
}) {
  const { api, announce } = useConsole();
  const { lastRotation: last } = state;
  const isRunning = last?.state === 'running';
  const start = useAction(async () => {
    const headers = { 'x-layermint-page': 'console' };
    await api.post('/local/rotate', { headers, public: true }, readStarted);
    announce('The rotation has begun.');
    reload();
  });
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setTimeout(reload, LOOK_EVERY);
    return () => {
      clearTimeout(timer);
    };
  }, [state, isRunning, reload]);
  const line = last?.lines.at(-1);
  useEffect(() => {
    if (line !== undefined) announce(line);
  }, [line, announce]);
  const next = nextRotationOf(state);
  return (
    <>
      <h2>Rotation</h2>
      {next !== undefined && (
        <p>
          The next rotation is planned for <Time at={next} />.
        </p>
      )}
      {!state.rotationEnabled && <p>Rotation is off: Document Engine takes its key from its environment.</p>}
      <Warnings state={state} />
      {state.rotationEnabled && (
        <>
          <p>
            A rotation makes a new key. Tokens of the former key stay valid until they expire, so no request
            fails.
          </p>
          <Button kind="primary" busy={isRunning || start.busy} onClick={start.run}>
            {isRunning ? 'Rotating …' : 'Rotate the key now'}
          </Button>
        </>
      )}
      <Problem error={start.error} />
      {last && <Progress rotation={last} />}
    </>
  );
}

function Warnings({ state: { faults, foreign, emergencyUnfinished } }: { readonly state: LocalKeys }) {
  const warnings = [
    ...faults,
    ...(foreign === undefined ? [] : [foreign]),
    ...(emergencyUnfinished
      ? ['An emergency rotation is unfinished: run npm run keys -- rotate --emergency --local again.']
      : []),
  ];
  if (warnings.length === 0) return null;
  return (
    <ul class="bad">
      {warnings.map((warning) => (
        <li key={warning}>{warning}</li>
      ))}
    </ul>
  );
}

const ENDS: Readonly<Record<LocalRotation['state'], string>> = {
  running: 'The rotation is running.',
  done: 'The rotation is done.',
  failed: 'The rotation has failed. The former key still signs.',
};

function Progress({ rotation: { state, startedAt, lines } }: { readonly rotation: LocalRotation }) {
  return (
    <section class="progress" aria-labelledby="rotation-progress">
      <h3 id="rotation-progress">The last rotation</h3>
      <p class={state === 'failed' ? 'bad' : state === 'done' ? 'good' : undefined}>
        <strong>{ENDS[state]}</strong>
      </p>
      <p class="hint">
        Begun <Time at={startedAt} />
      </p>
      <ol>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </section>
  );
}

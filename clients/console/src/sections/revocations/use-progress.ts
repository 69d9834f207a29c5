import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../api.ts';
import { useConsole } from '../../context.ts';
import { FIRST_PAUSE, nextPause, readRevocation, type Revocation } from './revocation.ts';

/** A revocation that the page follows. */
export interface Progress {
  readonly revocation: Revocation | undefined;
  /** The last look has failed. The page looks again, unless the service says that there is nothing to see. */
  readonly error: unknown;
  /** Looks again after the confirmation. */
  readonly again: () => void;
}

/**
 * Follows a revocation until Document Engine has confirmed it. The pauses grow. A hidden tab asks nothing, and looks again once it is
 * visible. It ends with the component.
 *
 * @param known - the revocation as it was answered, if it is new. It must not change.
 */
export function useProgress(id: string, known: Revocation | undefined): Progress {
  const { api, announce } = useConsole();
  const [seen, setSeen] = useState<Omit<Progress, 'again'>>({ revocation: known, error: undefined });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    let pause = FIRST_PAUSE;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLooking = false;
    let isOver = round === 0 && known?.state === 'confirmed';
    const wait = (): void => {
      if (isOver || document.hidden) return;
      timer = setTimeout(() => void look(), pause);
      pause = nextPause(pause);
    };
    const look = async (): Promise<void> => {
      isLooking = true;
      try {
        const path = `/v1/revocations/${encodeURIComponent(id)}`;
        const { body } = await api.get(path, readRevocation, { signal });
        isOver = body.state === 'confirmed';
        setSeen({ revocation: body, error: undefined });
        if (isOver) announce('Document Engine has confirmed the revocation.');
      } catch (error) {
        if (signal.aborted) return;
        isOver = !mayPass(error);
        setSeen(({ revocation }) => ({ revocation, error }));
      }
      isLooking = false;
      wait();
    };
    const onVisibility = (): void => {
      clearTimeout(timer);
      if (document.hidden || isLooking || isOver) return;
      pause = FIRST_PAUSE;
      void look();
    };
    document.addEventListener('visibilitychange', onVisibility);
    if (known === undefined || round > 0) void look();
    else wait();
    return () => {
      ended.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [api, announce, id, known, round]);
  return {
    ...seen,
    again: () => {
      setRound((it) => it + 1);
    },
  };
}

/** Tells if another look can succeed. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.kind === 'offline' || error.status === 429 || (error.status ?? 0) >= 500;
}

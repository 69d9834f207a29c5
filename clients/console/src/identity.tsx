import { useCaller } from './caller-context.tsx';
import { useConsole } from './context.ts';
import { hashOf } from './route.ts';

/** The person who is signed in, as the service reads the caller token. Until the service has said it: the provider of the sign-in. */
export function Identity() {
  const { session } = useConsole();
  const caller = useCaller();
  const state = session.state.get();
  const issuer = state.state === 'signed-in' ? state.issuer.name : '';
  if (caller.state !== 'loaded') return <p class="identity">{issuer}</p>;
  const { userId, name } = caller.value;
  return (
    <p class="identity">
      <span class="lead">Signed in as </span>
      <a href={hashOf('access')}>
        <bdi>{name ?? userId}</bdi>
        {name !== undefined && name !== userId && (
          <>
            {' '}
            (<bdi>{userId}</bdi>)
          </>
        )}
      </a>
    </p>
  );
}

import { useConsole } from './context.ts';

/** The provider of the sign-in, in the header. */
export function Identity() {
  const { session } = useConsole();
  const state = session.state.get();
  return <p class="identity">{state.state === 'signed-in' ? state.issuer.name : ''}</p>;
}

/** The hosts of a URL that lead to this machine. `hostname` keeps the brackets of an IPv6 address. */
const HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Tells if a URL leads to this machine. Plain http is for these URLs alone, because nobody can read along on the way. */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return HOSTS.includes(hostname);
}

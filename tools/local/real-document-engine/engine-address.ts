import { isIP } from 'node:net';
import { isLoopback } from '../../../lib/runtime/loopback.ts';
import { UsageError } from '../../cli/errors.ts';

/** The address of a Document Engine. */
export interface EngineAddress {
  /** Base URL without a slash at its end. */
  readonly url: string;
  /** Without the port. */
  readonly host: string;
  readonly reach: 'this machine' | 'private network' | 'public';
}

/**
 * Reads the URL of a Document Engine. Plain http is for this machine alone, as in a stage: on any other way, everyone in between could
 * read the API token.
 *
 * @param text - as on the command line
 * @throws UsageError that names the fault
 */
export function parseEngineAddress(text: string): EngineAddress {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError('--document-engine must be an http or https URL such as http://127.0.0.1:5000.');
  // The message must not repeat the URL: it can hold a password.
  if (url.username !== '' || url.password !== '')
    throw new UsageError('--document-engine must not hold a user name or a password.');
  if (url.search !== '' || url.hash !== '')
    throw new UsageError('--document-engine must be a base URL, without ? and #.');
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw new UsageError(
      `--document-engine must begin with https:// for another machine, such as ${url.hostname}: over http everyone on the way could read ` +
        "Document Engine's API token. http is for localhost, 127.0.0.1 and [::1].",
    );
  }
  return { url: base, host: url.hostname, reach: reachOf(url.hostname) };
}

/** Private networks (RFC 1918, RFC 4193, RFC 3927), and names that no public DNS has (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal). */
function reachOf(host: string): EngineAddress['reach'] {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.')))
    return 'this machine';
  if (isIP(address) === 4)
    return /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address)
      ? 'private network'
      : 'public';
  if (isIP(address) === 6) return /^(?:f[cd]|fe[89ab])/i.test(address) ? 'private network' : 'public';
  return /^[^.]+$|\.(?:internal|local|localhost|test|home\.arpa)$/.test(host) ? 'private network' : 'public';
}

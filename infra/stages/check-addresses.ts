import { isIPv4 } from 'node:net';

/** A name or an address that means the machine which uses it. */
export const isOfThisMachine = (host: string): boolean =>
  /^(?:localhost|.*\.localhost|host\.docker\.internal|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/.test(host);

/** An address that only a private network leads to (RFC 1918, RFC 6762 for .local, ICANN's reservation of .internal). */
function isPrivate(host: string): boolean {
  if (isIPv4(host)) return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(host);
  return /\.(?:internal|local)$/.test(host);
}

const hostOf = (value: unknown): string =>
  typeof value === 'string' ? (URL.parse(value)?.hostname ?? '') : '';

/**
 * Checks the addresses of a stage that is deployed: AWS, the functions and the apps must be able to reach them.
 *
 * @param stage - the stage's name; the stage `local` runs on one machine, where nothing of this counts
 * @returns every fault, one sentence each, which begins with the parameter's name
 */
export function checkAddresses(stage: string, parameters: Readonly<Record<string, unknown>>): string[] {
  if (stage === 'local') return [];
  const { documentEngineUrl, documentEngineApiUrl = documentEngineUrl, issuer, domainName, vpc } = parameters;
  const ofFunctions =
    documentEngineApiUrl === documentEngineUrl ? 'documentEngineUrl' : 'documentEngineApiUrl';
  const ofThisMachine = Object.entries({ issuer, documentEngineUrl, [ofFunctions]: documentEngineApiUrl })
    // The schema refuses an issuer that is not https.
    .filter(([parameter, value]) => parameter !== 'issuer' || String(value).startsWith('https:'))
    .filter(([, value]) => isOfThisMachine(hostOf(value)))
    .map(
      ([parameter, value]) =>
        `${parameter}: ${hostOf(value)} is the machine that uses the address. Nothing in AWS can reach yours; npm start runs the service on this machine`,
    );
  return [
    ...ofThisMachine,
    ...(isPrivate(hostOf(documentEngineApiUrl)) &&
    !isOfThisMachine(hostOf(documentEngineApiUrl)) &&
    vpc === undefined
      ? [
          `${ofFunctions}: ${hostOf(documentEngineApiUrl)} is in a private network, and the functions reach it only with the parameter vpc`,
        ]
      : []),
    ...(typeof domainName === 'string' && domainName === hostOf(documentEngineUrl)
      ? ['domainName: is the host of documentEngineUrl. The API needs a domain of its own']
      : []),
    ...checkIssuer(issuer),
  ];
}

function checkIssuer(issuer: unknown): string[] {
  if (typeof issuer !== 'string' || !issuer.includes('/.well-known/')) return [];
  return [
    `issuer: is the address of a discovery document. Write the part before /.well-known/, with or without its final slash as in the "iss" claim`,
  ];
}

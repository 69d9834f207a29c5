import { isOfThisMachine } from './check-addresses.ts';

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Checks that a stage names its issuers in exactly one of the two ways, and that AWS can reach several of them. The rules for each
 * issuer are those of the functions' environments (lib/wiring/parts/issuers.ts), and not checked here.
 *
 * @param stage - the stage's name; the stage `local` runs on one machine, so its issuers may have addresses of this machine
 * @returns every fault, one sentence each, which begins with the parameter's name
 */
export function checkIssuers(stage: string, { issuer, audience, issuers }: Parameters): string[] {
  if (issuers === undefined) {
    return Object.entries({ issuer, audience })
      .filter(([, value]) => value === undefined)
      .map(([parameter]) => `${parameter}: is required, unless the stage has issuers`);
  }
  const both = issuer !== undefined || audience !== undefined;
  return [
    ...(both ? ['issuers: takes the place of issuer and audience. Remove these two'] : []),
    ...(stage === 'local' ? [] : listed(issuers).flatMap(addressFaults)),
  ];
}

/** Lists the issuers as they are written; from the command line, they are JSON. The functions' schema reports a wrong shape. */
function listed(issuers: unknown): readonly Parameters[] {
  const list = typeof issuers === 'string' ? parsed(issuers) : issuers;
  return Array.isArray(list)
    ? list.filter((it): it is Parameters => typeof it === 'object' && it !== null)
    : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function addressFaults({ issuer, jwksUri }: Parameters, at: number): string[] {
  // The functions' schema refuses plain http for other machines.
  return Object.entries({ issuer, jwksUri }).flatMap(([member, value]) => {
    const url = typeof value === 'string' ? URL.parse(value) : null;
    const place = `issuers.${at}.${member}`;
    if (url === null) return [];
    if (isOfThisMachine(url.hostname)) {
      return [
        `${place}: ${url.hostname} is the machine that uses the address. Nothing in AWS can reach yours; npm start runs the service on this machine`,
      ];
    }
    return member === 'issuer' && url.pathname.includes('/.well-known/')
      ? [`${place}: is the address of a discovery document. Write the part before /.well-known/`]
      : [];
  });
}

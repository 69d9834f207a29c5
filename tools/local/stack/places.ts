import { createServer } from 'node:http';
import { listen, PortTakenError, type Place } from '../stand-ins/listening.ts';

/** The places of the parts that apps call. */
export interface Places {
  readonly api: Place;
  readonly issuer: Place;
  readonly documentEngine: Place;
}

/** The number of ports from `--port` on. */
export const PORTS = 3;

/**
 * Gives the issuer and Document Engine the two ports after the API's, so that an app in development can have their addresses in its
 * settings. With port 0, each part gets a free port.
 */
export function placesFrom({ port, network }: Place): Places {
  const at = (index: number): Place => ({ port: port === 0 ? 0 : port + index, network });
  return { api: at(0), issuer: at(1), documentEngine: at(2) };
}

/** A place that is kept from other processes. */
export interface HeldPlace {
  readonly place: Place;
  /** Base URL on 127.0.0.1 without a trailing slash. */
  readonly url: string;
  /** Makes the place free. It can be called more than once. */
  readonly close: () => Promise<void>;
}

/**
 * Chooses the port of a place, and holds it until it is released. Connections are closed at once. So the API's address is known before
 * the API starts: the prober's environment has it.
 *
 * @throws {PortTakenError} if another process listens on the port
 */
export async function holdPlace(place: Place): Promise<HeldPlace> {
  const server = createServer().on('connection', (socket) => socket.destroy());
  const { url, close } = await listen(server, place);
  return { place: { ...place, port: Number(new URL(url).port) }, url, close };
}

const NAMES: Readonly<Record<keyof Places, string>> = {
  api: 'the API',
  issuer: 'the issuer',
  documentEngine: 'Document Engine',
};

/**
 * Listens at each place for a moment.
 *
 * @throws {PortTakenError} if another process listens at one. It names the part that needs the port
 */
export async function assertPlacesFree(places: Partial<Places>): Promise<void> {
  for (const [part, name] of Object.entries(NAMES)) {
    const place = places[part as keyof Places];
    if (place === undefined) continue;
    try {
      await (await listen(createServer(), place)).close();
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
      throw new PortTakenError(place.port, { cause: error }, name);
    }
  }
}

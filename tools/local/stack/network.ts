import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { UsageError } from '../../cli/errors.ts';

/** This machine's interfaces, as `os.networkInterfaces()` lists them. */
export type Interfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'family' | 'internal'>[] | undefined>
>;

/** The value of `--host` that means this machine's address in the local network. */
const LAN = 'lan';

/** The addresses of the host in the emulators of Android Studio and of Genymotion. */
const EMULATOR = new Set(['10.0.2.2', '10.0.3.2']);

/** Interfaces of containers and virtual machines, which no phone can reach. */
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|bridge|vEthernet)/;

/** Addresses that the internet does not route to (RFC 1918, RFC 3927, RFC 6598). */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  PRIVATE.addSubnet(network, prefix);

/**
 * Chooses the address of `--host`, at which phones in the local network reach the stack.
 *
 * @param host - an IPv4 address of this machine, or `lan`
 * @throws {UsageError} if this machine does not have the address, if the internet could reach it, or if `lan` fits none or several
 */
export function networkAddressOf(host: string, interfaces: Interfaces = networkInterfaces()): string {
  const own = addressesOf(interfaces);
  const listed =
    own.length === 0
      ? 'This machine has no IPv4 address in a network.'
      : `This machine has ${own.map(({ name, address }) => `${address} (${name})`).join(', ')}.`;
  if (host === LAN) {
    const found = own.filter(({ name, address }) => !VIRTUAL.test(name) && PRIVATE.check(address));
    if (found.length === 1 && found[0] !== undefined) return found[0].address;
    const [usable, remedy] = own.some(({ address }) => PRIVATE.check(address))
      ? [
          found.length === 0 ? 'only virtual addresses' : 'several addresses',
          'Choose one: npm start -- --host ADDRESS',
        ]
      : ['no address', 'Connect it to one, such as your Wi-Fi.'];
    throw new UsageError(`--host lan finds ${usable} in a private network. ${listed} ${remedy}`);
  }
  if (own.some(({ address }) => address === host)) {
    if (PRIVATE.check(host)) return host;
    throw new UsageError(
      `--host ${host} can be reached from the internet. Everyone could sign in as a demo user, so choose an address of a private network.`,
    );
  }
  if (EMULATOR.has(host))
    throw new UsageError(`The emulator reaches this machine as ${host} without --host. Leave it out.`);
  if (host === 'localhost' || host.startsWith('127.'))
    throw new UsageError('npm start listens on 127.0.0.1 in any case. Leave out --host.');
  throw new UsageError(`--host must be lan or an IPv4 address of this machine, not "${host}". ${listed}`);
}

/** Lists the addresses at which other machines can reach this one. */
function addressesOf(interfaces: Interfaces): { readonly name: string; readonly address: string }[] {
  return Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ address, internal }) => (!internal && isIPv4(address) ? [{ name, address }] : [])),
  );
}

import { BlockList, isIPv6 } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** IPv4 addresses of this machine that a phone on the network can reach. */
export function reachableAddresses(interfaces: Interfaces = networkInterfaces()): readonly string[] {
  return Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter((one) => one.family === 'IPv4' && !one.internal)
    .map((one) => one.address);
}

/** Where phones can reach a server that listens on an address: there, or on a wildcard wherever this machine can be reached. */
export function addressesFor(listenAddress: string): readonly string[] {
  return listenAddress === '0.0.0.0' || listenAddress === '::' ? reachableAddresses() : [listenAddress];
}

/**
 * Our address as a peer sees it: the one listened on; on a wildcard the one in the peer's own subnet, else the first
 * that is reachable.
 */
export function serverAddressFor(
  listenAddress: string,
  peer: string,
  interfaces: () => Interfaces = networkInterfaces,
): string {
  if (listenAddress !== '0.0.0.0' && listenAddress !== '::') return listenAddress;
  const bare = peer.replace(/^::ffff:/, '');
  const family = isIPv6(bare) ? 'IPv6' : 'IPv4';
  const own = Object.values(interfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => one.family === family);
  const near = own.find((one) => one.cidr !== null && isInSubnet(bare, one.cidr, family));
  return (near ?? own.find((one) => !one.internal) ?? own[0])?.address ?? listenAddress;
}

/** Whether an IPv4 address is on a network that this machine is connected to: packets from there carry the MAC of who sent them. */
export function isNear(address: string, interfaces: Interfaces = networkInterfaces()): boolean {
  return Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .some(({ family, cidr }) => family === 'IPv4' && cidr !== null && isInSubnet(address, cidr, 'IPv4'));
}

function isInSubnet(address: string, cidr: string, family: 'IPv4' | 'IPv6'): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const list = new BlockList();
  const word = family === 'IPv4' ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(bits), word);
  return list.check(address.replace(/%.*$/, ''), word);
}

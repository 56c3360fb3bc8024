/** Why another address than that of dnsmasq may be taken by it all the same. */
export const DNSMASQ_TAKES_ALL =
  'dnsmasq takes every address, unless it has "listen-address" and "bind-interfaces", and no "interface" (docs/beside.md#dnsmasq-on-the-same-machine)';

/** The way out for port 69 where the other program is to stay. */
export const LEFT_THE_PORT = 'let it keep the port with "loadstep beside nft" (docs/beside.md#whatever-keeps-port-69)';

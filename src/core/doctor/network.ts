import { printable } from '../tftp/printable.ts';
import { bad, type DhcpOffer, good, type Seen, unknown, type Verdict } from './seen.ts';

/** What every network has to carry in one piece (RFC 791 3.2); a block of a phone takes 544 bytes. */
const LEAST_MTU = 576;

/** What a listening socket is refused with where no interface has its address. */
const NO_SUCH_ADDRESS = 'E_ADDRESS_UNAVAILABLE';

export function judgeAddresses({ addresses, listen, portRefusal }: Seen): Verdict {
  if (portRefusal?.code === NO_SUCH_ADDRESS) {
    return bad(
      'addresses',
      `this machine has no ${listen.address}: give it that address, or listen on one that it has`,
    );
  }
  if (addresses.length > 0) return good('addresses', `phones can reach this machine at ${addresses.join(' and ')}`);
  const why =
    listen.address === '0.0.0.0' || listen.address === '::'
      ? 'this machine has no address but loopback: connect it to the network of the phones'
      : `nobody but this machine can ask ${listen.address}: listen on an address in the network of the phones with --listen`;
  return bad('addresses', why);
}

export function judgeMtu({ interfaces }: Seen): Verdict {
  const known = interfaces.flatMap(({ name, mtu }) => (mtu === null ? [] : [{ name, mtu }]));
  if (known.length === 0) return unknown('mtu', 'no interface that phones can reach says how large its packets may be');
  const small = known.filter(({ mtu }) => mtu < LEAST_MTU);
  const text = (list: typeof known) => list.map(({ name, mtu }) => `${printable(name)} ${mtu}`).join(', ');
  if (small.length === 0) return good('mtu', text(known));
  return bad('mtu', `${text(small)}: too small for a block of a file; set it to 1500, or to ${LEAST_MTU} at least`);
}

/** Nobody but the one who set the switch can tell. */
export const SWITCH_QUESTION: Verdict = {
  check: 'switch',
  state: 'question',
  text: 'do the ports of the phones wait about 30 s after a plug (spanning tree)? Phones give up meanwhile: set those ports to edge (portfast)',
  code: null,
};

const UNHEARD =
  'one on this machine may not be heard: run loadstep doctor --probe on another machine in the network of the phones';

/** What phones are told, a line for each DHCP server that answered. */
export function judgeDhcp({ dhcp, addresses, isDhcpPortTaken, listen, portRefusal }: Seen): readonly Verdict[] {
  if (dhcp === null)
    return [unknown('dhcp', 'nobody was asked; --probe asks which servers answer, and takes no lease')];
  if (dhcp.kind === 'refused' && portRefusal?.code === NO_SUCH_ADDRESS) {
    return [unknown('dhcp', `not asked: this machine has no ${listen.address}`)];
  }
  if (dhcp.kind === 'refused') return [unknown('dhcp', dhcp.why)];
  if (dhcp.offers.length === 0) {
    // Some servers send past the sockets of their own machine (ISC dhcpd): they answer phones, and nobody hears it there.
    if (isDhcpPortTaken !== false) return [unknown('dhcp', `no DHCP server was heard, and ${UNHEARD}`)];
    return [
      bad('dhcp', 'no DHCP server answered: phones get no address here; is the one that you have on this network?'),
    ];
  }
  return dhcp.offers.map((offer) => judgeOffer(offer, addresses, dhcp.isOfListedPhone));
}

function judgeOffer(offer: DhcpOffer, ours: readonly string[], isOfListedPhone: boolean): Verdict {
  const { server, option150, option66, nextServer } = offer;
  const told = [
    `option 150 ${option150.length === 0 ? 'nothing' : option150.join(', ')}`,
    `option 66 ${option66 === null || option66 === '' ? 'nothing' : printable(option66).slice(0, 80)}`,
    `next-server ${nextServer ?? 'nothing'}`,
  ].join(', ');
  const from = `${server} gives ${told}`;
  // What the dossiers know of the order: 150 before 66, and the field when there is neither (docs/dhcp.md).
  const named = option150.length > 0 ? option150 : option66 !== null && option66 !== '' ? [option66] : [];
  const obeyed = named.length > 0 ? named : nextServer === null ? [] : [nextServer];
  if (obeyed.length > 0 && obeyed.every((one) => ours.includes(one))) {
    const isWhole = [option66, nextServer].every((one) => one !== null && ours.includes(one)) && option150.length > 0;
    return good('dhcp', isWhole ? from : `${from}; better all three name loadstep`);
  }
  const who = isOfListedPhone ? 'that phone' : 'a phone that it does not know';
  const out = isOfListedPhone
    ? 'loadstep dhcp-snippet prints what to set there'
    : 'if it points the phones on the list alone, ask as one of them with --mac; else loadstep dhcp-snippet prints what to set there';
  return bad('dhcp', `${from}: ${who} does not ask loadstep; ${out}`);
}

import { printable } from '../tftp/printable.ts';
import { DNSMASQ_TAKES_ALL, LEFT_THE_PORT } from '../tftp/taken-port.ts';
import { bad, good, type Seen, unknown, type Verdict } from './seen.ts';

/** The only port that phones ask. */
const TFTP_PORT = 69;

/** What has to be done where loadstep listens on another port, to be put behind a sentence; empty where nothing has. */
export function redirectText(port: number): string {
  return port === TFTP_PORT ? '' : `; phones ask port ${TFTP_PORT}: redirect it to ${port}`;
}

const OUT = 'stop it, listen on another address with --listen';

/** Who has the port, and what to do about it. */
export function judgePort({ listen, portRefusal, isOwnServer, beside, holders }: Seen): Verdict {
  const place = `${listen.address.includes(':') ? `[${listen.address}]` : listen.address}:${listen.port}`;
  const redirect = redirectText(listen.port);
  if (beside !== null && portRefusal !== null && (isOwnServer || listen.port === TFTP_PORT)) {
    const other = holders?.map(({ name }) => printable(name)).join(' and ') || 'another program';
    const keeper = isOwnServer ? 'another program' : other;
    const how = beside.port === TFTP_PORT ? 'through it' : `on port ${beside.port}`;
    return good(
      'port',
      `${keeper} keeps port ${TFTP_PORT}, and "loadstep ${beside.command}" answers the phones of the list ${how}`,
    );
  }
  if (portRefusal === null) return good('port', `${place} is free${redirect}`);
  if (isOwnServer) return good('port', `the server of this database has ${place}${redirect}`);
  if (portRefusal.code === 'E_PORT_DENIED') return unknown('port', `${place} could not be tried: see rights`);
  if (portRefusal.code !== 'E_PORT_IN_USE') return bad('port', portRefusal.message, portRefusal.code);
  const who =
    holders === null || holders.length === 0
      ? `by a program that this user cannot see; "sudo ss -lunp sport = :${listen.port}" names it`
      : `by ${holders.map(({ pid, name }) => `${printable(name)} (process ${pid})`).join(' and ')}`;
  const mayBeDnsmasq =
    listen.port === TFTP_PORT &&
    (holders === null || holders.length === 0 || holders.some(({ name }) => name === 'dnsmasq'));
  const left = listen.port === TFTP_PORT ? `${OUT}, or ${LEFT_THE_PORT}` : OUT;
  const out = mayBeDnsmasq ? `${left}; ${DNSMASQ_TAKES_ALL}` : left;
  return bad('port', `${place} is taken ${who}; ${out}`, 'E_PORT_IN_USE');
}

/** Whether this user may have a port below 1024, or wherever the system draws the line. */
export function judgeRights({ listen, portRefusal, mayTakeLowPorts, firstFreePort }: Seen): Verdict {
  if (portRefusal?.code === 'E_PORT_DENIED') return bad('rights', portRefusal.message, 'E_PORT_DENIED');
  if (listen.port >= firstFreePort) return good('rights', `every user may listen on port ${listen.port}`);
  if (portRefusal === null || mayTakeLowPorts === true) {
    return good('rights', `this user may listen on port ${listen.port}`);
  }
  if (mayTakeLowPorts === null) return unknown('rights', 'this system does not say whether this user may; try serve');
  const out = `allow it to Node with setcap, or run loadstep as a service with AmbientCapabilities=CAP_NET_BIND_SERVICE`;
  return bad('rights', `this user may not listen on port ${listen.port}; ${out}`, 'E_PORT_DENIED');
}

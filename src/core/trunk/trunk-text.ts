import type { ToldLease } from './lease.ts';
import {
  type NttFacts,
  readNttFacts,
  readRoutes,
  readSipServers,
  type SipServers,
  type ToldRoute,
} from './sip-facts.ts';

/** What a lease tells of a telephone line. */
export interface TrunkFacts {
  readonly form: string;
  /** Our own address at the network; null where it is not told. */
  readonly address: string | null;
  readonly sip: SipServers | null;
  readonly ntt: NttFacts | null;
  readonly routes: readonly ToldRoute[];
  /** What is there and cannot be read, and what the form does not tell, in words. */
  readonly remarks: readonly string[];
  /** What a trunk needs and is not there, in words. */
  readonly lacks: readonly string[];
}

/** Reads a lease as a telephone line. */
export function trunkFacts(lease: ToldLease): TrunkFacts {
  const [sipBytes, nttBytes, routeBytes] = [120, 125, 121].map((code) => lease.options.get(code));
  const sip = sipBytes === undefined ? null : readSipServers(sipBytes);
  const ntt = nttBytes === undefined ? null : readNttFacts(nttBytes);
  const remarks = [
    ...lease.gaps,
    ...(typeof sip === 'string' ? [`option 120 cannot be read: ${sip}`] : []),
    ...(nttBytes !== undefined && ntt === null
      ? ['option 125 is there, and nothing in it is of NTT (enterprise 210)']
      : []),
  ];
  const servers = typeof sip === 'string' ? null : sip;
  const lacks = [
    ...(servers === null ? ['the SIP server (option 120)'] : []),
    ...(ntt?.number == null ? ['the number (option 125, sub-option 202)'] : []),
    ...(ntt?.domain == null ? ['the SIP domain (option 125, sub-option 204)'] : []),
  ];
  const routes = routeBytes === undefined ? [] : readRoutes(routeBytes);
  return { form: lease.form, address: lease.address, sip: servers, ntt, routes, remarks, lacks };
}

/** The facts as comments of a pjsip.conf, so that all that is printed may stand there. */
export function factsText({ form, address, sip, ntt, routes, remarks }: TrunkFacts): string {
  const rows: (readonly [string, string])[] = [
    ...(address === null ? [] : [['own address', address] as const]),
    ...(sip === null
      ? []
      : [
          [
            'option 120',
            `SIP server ${sip.servers.join(', ')} (RFC 3361: the first byte, ${sip.kind === 'names' ? 0 : 1}, says that ${sip.kind} follow; it is no count)`,
          ] as const,
        ]),
    ...(ntt === null ? [] : nttRows(ntt)),
    ...routes.map(
      ({ network, router }) =>
        ['option 121', `route to ${network} over ${router}: SIP and sound go that way, so install it`] as const,
    ),
  ];
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = [`From ${form}:`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`), ...remarks];
  return lines.map((line) => `; ${line}\n`).join('');
}

function nttRows({
  number,
  furtherNumbers,
  domain,
  gatewayMac,
  firmwareHost,
  others,
}: NttFacts): (readonly [string, string])[] {
  const row = (code: number, text: string | null): (readonly [string, string])[] =>
    text === null ? [] : [[`option 125, ${code}`, text]];
  return [
    ...row(202, number === null ? null : `the telephone number ${number}: this is the one to register with`),
    ...row(203, furtherNumbers.length === 0 ? null : `further numbers ${furtherNumbers.join(', ')}`),
    ...row(204, domain === null ? null : `SIP domain ${domain}`),
    ...row(201, gatewayMac === null ? null : `MAC of the network's side, ${gatewayMac}`),
    ...row(
      210,
      firmwareHost === null
        ? null
        : `${firmwareHost}, where the gateway looks for its own firmware: no number, whatever guides say`,
    ),
    ...others.flatMap((code) => row(code, 'not known')),
  ];
}

/** The trunk for chan_pjsip; only where nothing lacks. */
export function trunkText({ address, sip, ntt }: TrunkFacts): string {
  const [server = ''] = sip?.servers ?? [];
  const [number, domain] = [ntt?.number ?? '', ntt?.domain ?? ''];
  return `
[ngn]
type=transport
protocol=udp
${address === null ? '; Write the address that the network gave you (--address): no private one may stand in Contact or sound.\n' : ''}; Answers go to port 5060, and another one gets 403; so phones need another port or another address of this machine.
bind=${address ?? '0.0.0.0'}:5060

[hikari]
type=endpoint
transport=ngn
context=from-hikari
disallow=all
; The network knows PCMU alone, and no telephone events.
allow=ulaw
dtmf_mode=inband
direct_media=no
from_user=${number}
from_domain=${domain}
aors=hikari
; No outbound_auth: the line itself is the proof of who calls.

[hikari]
type=aor
contact=sip:${server}:5060
; OPTIONS is not allowed there and is answered 405: with a qualify the trunk would count as dead.
qualify_frequency=0

[hikari]
type=identify
endpoint=hikari
match=${(sip?.servers ?? []).join(',')}

[hikari]
type=registration
transport=ngn
server_uri=sip:${domain}
client_uri=sip:${number}@${domain}
contact_user=${number}
outbound_proxy=sip:${server}\\;lr
expiration=3600
retry_interval=60
; endpoint= needs line=yes.
line=yes
endpoint=hikari
`;
}

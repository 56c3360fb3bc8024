import { NFT_TABLES } from '../beside/nft-text.ts';
import { bad, good, type Seen, unknown, type Verdict } from './seen.ts';

const LOOK = 'If phones do not come, look there: UDP port 69 has to come in';

/**
 * What can be said of the rules without being the kernel: whether one names the port, and whether what no rule names comes in. Rules that
 * take a whole interface or network in are not followed, so that a strict filter is not called bad.
 */
export function judgeFilter({ filter, listen }: Seen): Verdict {
  if (filter === null) {
    return unknown(
      'firewall',
      `its rules cannot be read by this user, or there is none; as root: "nft list ruleset". ${LOOK}`,
    );
  }
  const { isStrict, accepts, refuses } =
    filter.program === 'nft' ? readNft(filter.rules, listen.port) : readIptables(filter.rules, listen.port);
  const name = filter.program === 'nft' ? 'nftables' : 'iptables';
  if (refuses && !accepts) {
    return bad(
      'firewall',
      `a rule of ${name} refuses UDP port ${listen.port}; take it out, or accept the phones before it`,
    );
  }
  if (accepts) return good('firewall', `a rule of ${name} takes UDP port ${listen.port} in`);
  if (!isStrict) return good('firewall', `${name} has nothing in the way of UDP port ${listen.port}`);
  const rule =
    filter.program === 'nft'
      ? `nft insert rule ${inputChain(filter.rules)} udp dport ${listen.port} accept`
      : `iptables -I INPUT -p udp --dport ${listen.port} -j ACCEPT`;
  return unknown(
    'firewall',
    `${name} drops what it does not know, and no rule names UDP port ${listen.port}; if phones do not come: sudo ${rule}`,
  );
}

interface Rules {
  /** Whether what no rule takes in is refused. */
  readonly isStrict: boolean;
  readonly accepts: boolean;
  readonly refuses: boolean;
}

/** Whether a list of ports, as both programs write it, has the port: `69`, `tftp`, `67-69`, `{ 53, 69 }`, `67:69`. */
function hasPort(list: string, port: number): boolean {
  return list.split(/[\s,{}]+/).some((word) => {
    if (word === 'tftp') return port === 69;
    const [from = '', to = from] = word.split(/[-:]/);
    return /^\d+$/.test(from) && /^\d+$/.test(to) && Number(from) <= port && port <= Number(to);
  });
}

function readIptables(text: string, port: number): Rules {
  let table = '';
  const rules: Rules[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    if (table !== 'filter') continue;
    const isInput = /^-A INPUT\b/.test(line);
    const isRefusal = /-j (?:DROP|REJECT)\b/.test(line);
    const ports = /--d(?:estination-)?ports? (\S+)/.exec(line)?.[1];
    const isOurs =
      ports !== undefined && / -p (?:udp|17)\b/.test(line) && !/! --dport/.test(line) && hasPort(ports, port);
    rules.push({
      isStrict: /^:INPUT (?:DROP|REJECT)\b/.test(line) || (isInput && /^-A INPUT -j (?:DROP|REJECT)\b/.test(line)),
      accepts: isOurs && /-j ACCEPT\b/.test(line),
      refuses: isOurs && isRefusal,
    });
  }
  return merged(rules);
}

/** Family, table and chain through which everything comes in; where it is not found, the usual ones. */
function inputChain(text: string): string {
  let [table, chain] = ['', ''];
  for (const line of text.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line.trim())?.[1] ?? table;
    chain = /^chain (\S+) \{/.exec(line.trim())?.[1] ?? chain;
    if (/\bhook input\b/.test(line) && /^[\w. -]+$/.test(`${table} ${chain}`)) return `${table} ${chain}`;
  }
  return 'inet filter input';
}

function readNft(text: string, port: number): Rules {
  const rules: Rules[] = [];
  let isInput = false;
  let isLoadstep = false;
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line.startsWith('table ')) isLoadstep = line.startsWith(`table ${NFT_TABLES}`);
    // What phones on the list ask there is led to another port, and what goes on there goes to the other server.
    if (isLoadstep) continue;
    if (line.startsWith('chain ')) isInput = false;
    if (/\bhook input\b/.test(line)) isInput = true;
    const ports = /\budp dport (?!!=)(\{[^}]*\}|\S+)/.exec(line)?.[1];
    const isOurs = ports !== undefined && hasPort(ports, port);
    rules.push({
      isStrict:
        isInput &&
        (/\bpolicy drop\b/.test(line) || /^(?:counter(?: packets \d+ bytes \d+)? )?(?:drop|reject\b.*)$/.test(line)),
      accepts: isOurs && /\baccept\b/.test(line),
      refuses: isOurs && /\b(?:drop|reject)\b/.test(line),
    });
  }
  return merged(rules);
}

function merged(rules: readonly Rules[]): Rules {
  return {
    isStrict: rules.some(({ isStrict }) => isStrict),
    accepts: rules.some(({ accepts }) => accepts),
    refuses: rules.some(({ refuses }) => refuses),
  };
}

import { expect, test } from 'vitest';
import { examine } from '../../src/core/doctor/examine.ts';
import type { Seen, Verdict } from '../../src/core/doctor/seen.ts';
import { WELL } from './well.ts';

const verdictOf = (filter: Seen['filter']) => examine({ ...WELL, filter }).find(({ check }) => check === 'firewall');

const nft = (...rules: string[]) =>
  `table inet fw {\n\tchain in {\n\t\ttype filter hook input priority filter; policy drop;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n\tchain out {\n\t\ttype filter hook output priority filter; policy drop;\n\t}\n}\n`;
const tables = (policy: string, ...rules: string[]) =>
  `*nat\n:INPUT DROP [0:0]\nCOMMIT\n*filter\n:INPUT ${policy} [0:0]\n:FORWARD DROP [0:0]\n${rules.join('\n')}\nCOMMIT\n`;

test.each<[string, Seen['filter'], Verdict['state'], RegExp]>([
  ['no rules', { program: 'nft', rules: '' }, 'good', /nothing in the way/],
  [
    'a filter of what goes out',
    { program: 'nft', rules: 'table inet a {\nchain out {\ntype filter hook output priority 0; policy drop;\n}\n}' },
    'good',
    /nothing in the way/,
  ],
  [
    'a strict one',
    { program: 'nft', rules: nft('ct state established accept', 'udp dport 67 accept') },
    'unknown',
    /sudo nft insert rule inet fw in udp dport 69 accept/,
  ],
  [
    'a strict one that takes phones in',
    { program: 'nft', rules: nft('udp dport { 53, 67-69 } accept') },
    'good',
    /takes UDP port 69 in/,
  ],
  [
    'what `loadstep beside nft` drops of phones that it leads to its own port',
    {
      program: 'nft',
      rules: nft('ether saddr @phones udp dport 69 drop')
        .replace('inet fw', 'ip loadstep_6969')
        .replaceAll('policy drop', 'policy accept'),
    },
    'good',
    /nothing in the way/,
  ],
  ['one by name', { program: 'nft', rules: nft('udp dport tftp accept') }, 'good', /takes/],
  [
    'one that takes everything but phones in',
    { program: 'nft', rules: nft('udp dport != 69 accept') },
    'unknown',
    /no rule names/,
  ],
  [
    'another port with these digits',
    { program: 'nft', rules: nft('udp dport 6969 accept') },
    'unknown',
    /no rule names/,
  ],
  [
    'one that refuses phones',
    { program: 'nft', rules: nft('udp dport 69 drop').replace('policy drop', 'policy accept') },
    'bad',
    /refuses UDP port 69/,
  ],
  [
    'one that refuses the rest',
    { program: 'nft', rules: nft('reject with icmpx admin-prohibited').replaceAll('policy drop', 'policy accept') },
    'unknown',
    /drops what it does not know/,
  ],
  ['open iptables', { program: 'iptables', rules: tables('ACCEPT') }, 'good', /nothing in the way/],
  [
    'strict iptables',
    { program: 'iptables', rules: tables('DROP') },
    'unknown',
    /sudo iptables -I INPUT -p udp --dport 69 -j ACCEPT/,
  ],
  [
    'iptables that take phones in',
    { program: 'iptables', rules: tables('DROP', '-A INPUT -p udp -m udp --dport 69 -j ACCEPT') },
    'good',
    /takes/,
  ],
  [
    'iptables with a list',
    { program: 'iptables', rules: tables('DROP', '-A INPUT -p udp -m multiport --dports 53,67:69 -j ACCEPT') },
    'good',
    /takes/,
  ],
  [
    'iptables for TCP alone',
    { program: 'iptables', rules: tables('DROP', '-A INPUT -p tcp -m tcp --dport 69 -j ACCEPT') },
    'unknown',
    /no rule/,
  ],
  [
    'iptables that refuse phones',
    { program: 'iptables', rules: tables('ACCEPT', '-A INPUT -p udp -m udp --dport 69 -j REJECT') },
    'bad',
    /refuses/,
  ],
  [
    'iptables that refuse the rest',
    {
      program: 'iptables',
      rules: tables('ACCEPT', '-A INPUT -i lo -j ACCEPT', '-A INPUT -j REJECT --reject-with icmp-host-prohibited'),
    },
    'unknown',
    /no rule/,
  ],
  ['rules that nobody may read', null, 'unknown', /as root: "nft list ruleset"/],
])('%s', (_, filter, state, text) => {
  const verdict = verdictOf(filter);
  expect(verdict?.text).toMatch(text);
  expect([verdict?.state, verdict?.code]).toEqual([state, null]);
});

test('a table with a hostile name is not put into a command', () => {
  const rules = nft().replace('table inet fw', 'table inet $(x)');
  expect(verdictOf({ program: 'nft', rules })?.text).toContain('nft insert rule inet filter input');
});

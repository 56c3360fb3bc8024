import { describe, expect, test } from 'vitest';
import { iptablesRedirect, nftRedirect, type Runner, type Trouble } from '../../src/adapters/host/port-redirects.ts';
import { iptablesChain } from '../../src/core/beside/iptables-text.ts';
import { nftTable } from '../../src/core/beside/nft-text.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const PHONE = '0018B9C0FFEE' as MacAddress;
const PHONES = { macs: [PHONE], addresses: ['10.1.0.7'] };
const PLACE = { address: null, port: 6969 };
const NOW = Date.UTC(2026, 10, 29, 12);

/** A machine whose program says these things in turn, and then that all is well. */
function machine(...said: (Trouble | null)[]) {
  const texts: string[] = [];
  const run: Runner = async (program, words, text) => {
    texts.push([program, ...words, text].join(' '));
    return said.shift() ?? null;
  };
  return { run, texts };
}

const KINDS = {
  nft: (run: Runner, place = PLACE) => nftRedirect(place, run),
  iptables: (run: Runner, place = PLACE) => iptablesRedirect(place, () => NOW, run),
};

describe.each(Object.entries(KINDS))('%s', (_, redirectWith) => {
  test('a machine without the program is told what to install, and a user without the right whose it is', async () => {
    const missing = redirectWith(machine({ code: 'missing', said: '' }).run);
    await expect(missing.check()).rejects.toThrow(
      /there is no program \w+ here; install \w+, or try "loadstep beside /,
    );
    for (const said of ['Error: Operation not permitted', 'Permission denied (you must be root)']) {
      const denied = redirectWith(machine({ code: 'other', said }).run);
      await expect(denied.check()).rejects.toThrow('run loadstep as root, or give its service CAP_NET_ADMIN');
    }
  });

  test('what else a kernel says is passed on', async () => {
    const { run } = machine(...Array(3).fill({ code: 'other', said: 'Error: Could not process rule' }));
    await expect(redirectWith(run).direct(PHONES)).rejects.toThrow('Error: Could not process rule');
  });

  test('phones that ask one address alone are redirected there alone', async () => {
    const { run, texts } = machine();
    await redirectWith(run, { address: '192.168.1.3', port: 6970 } as unknown as typeof PLACE).direct(PHONES);
    expect(texts.join('\n')).toMatch(/(ip daddr|-d) 192\.168\.1\.3 .*:6970/);
    expect(texts.join('\n')).toContain('00:18:b9:c0:ff:ee');
    expect(texts.join('\n')).toMatch(/addresses \{ 10\.1\.0\.7 timeout|-s 10\.1\.0\.7 /);
  });
});

test('two servers that listen at two addresses leave each other the rules', () => {
  const names = (address: string | null) => {
    const place = { address, port: 65535 };
    return [nftTable(place), iptablesChain(place)];
  };
  expect(names(null)).toEqual(['ip loadstep_65535', 'LOADSTEP_65535']);
  expect(names('255.255.255.254')).toEqual(['ip loadstep_fffffffe_65535', 'LOADSTEP_FFFFFFFE_65535']);
  // No longer name is taken by iptables.
  expect(names('255.255.255.254').every((name) => name.length <= 28)).toBe(true);
});

test('nft renews what is there, and lays the table again when somebody has taken it away', async () => {
  const { run, texts } = machine(null, null, { code: 'other', said: 'Error: No such file or directory' });
  const redirect = nftRedirect(PLACE, run);
  let missing = 0;
  for (let i = 0; i < 3; i++) await redirect.direct(PHONES, () => void missing++);
  expect(missing).toBe(1);
  expect(texts.map((text) => text.includes('chain prerouting'))).toEqual([true, false, false, true]);
  expect(texts[3]).toContain('00:18:b9:c0:ff:ee timeout 15s');
});

test('rules of iptables hold for 15 s by the machine clock, and the chains are entered first', async () => {
  const bad = { code: 'other', said: 'Bad rule (does a matching rule exist in that chain?).' } as const;
  const { run, texts } = machine(null, bad, null, bad);
  await iptablesRedirect(PLACE, () => NOW, run).direct(PHONES);
  expect(texts[0]?.match(/--datestop 2026-11-29T12:00:15 .*-j \w+/g)).toHaveLength(4);
  expect(texts.filter((text) => text.includes(' -I '))).toEqual([
    expect.stringMatching(/-t mangle -I PREROUTING .*-j LOADSTEP_6969/),
    expect.stringMatching(/-t nat -I PREROUTING .*-j LOADSTEP_6969/),
  ]);
});

test.each(['nft', 'iptables'] as const)('what %s sees of a flow from before goes nowhere', async (kind) => {
  const { run, texts } = machine();
  await KINDS[kind](run).direct(PHONES);
  const dropped = texts
    .join('\n')
    .split('\n')
    .filter((line) => /drop$/i.test(line));
  expect(dropped).toHaveLength(2);
  expect(dropped[0]).toMatch(kind === 'nft' ? /@phones udp dport 69 / : /00:18:b9:c0:ff:ee /);
});

test('a line of iptables that somebody has taken away is missed before it is laid again', async () => {
  const { run, texts } = machine(null, { code: 'other', said: 'Bad rule' }, null, null, null);
  const redirect = iptablesRedirect(PLACE, () => NOW, run);
  const missed: number[] = [];
  for (let i = 0; i < 2; i++) await redirect.direct(PHONES, () => void missed.push(texts.length));
  expect(missed).toEqual([2]);
  expect(texts[2]).toContain('-I PREROUTING');
});

test('the chain is laid once more where somebody loads the rules again before the line is there that leads to it', async () => {
  const gone = { code: 'other', said: 'iptables: No chain/target/match by that name.' } as const;
  const { run, texts } = machine(null, gone, gone);
  await iptablesRedirect(PLACE, () => NOW, run).direct(PHONES);
  expect(texts.filter((text) => text.startsWith('iptables-restore'))).toHaveLength(2);
  const { run: never } = machine(...Array(6).fill(gone));
  await expect(iptablesRedirect(PLACE, () => NOW, never).direct(PHONES)).rejects.toThrow('No chain');
});

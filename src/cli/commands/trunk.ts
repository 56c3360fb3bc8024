import { AppError } from '../../core/errors.ts';
import { readServerAddress } from '../../core/snippet/snippet.ts';
import { readLease } from '../../core/trunk/read-lease.ts';
import { factsText, type TrunkFacts, trunkFacts, trunkText } from '../../core/trunk/trunk-text.ts';
import type { CommandContext, CommandGroup } from '../command.ts';
import { readInput } from '../list-file/read-input.ts';
import { printable } from '../output/printable.ts';

/** `loadstep trunk …`: the line outside. */
export const TRUNK: CommandGroup = {
  name: 'trunk',
  summary: 'make a trunk to the telephone network of what it tells by DHCP',
  commands: [
    {
      name: 'from-dhcp',
      words: '<file>',
      summary: "read a DHCP answer of NTT's network (Hikari Denwa), say what is what, and print the trunk for Asterisk",
      description:
        'Reads what a DHCP server told, from a file or, as "-", from standard input: a capture (pcap, pcapng), a message as it was sent, hexadecimal digits, ' +
        'what "tcpdump -vv" prints, a lease of dhclient, or one of systemd-networkd. It decodes options 120 (SIP servers), 121 (routes) and 125 (the number and the domain of NTT) ' +
        'and prints a trunk for pjsip.conf, with the facts and the reasons as comments. Exits with 3 where something is missing for it.',
      settings: [],
      flags: [
        {
          name: 'address',
          flags: '--address <addr>',
          type: 'text',
          help: 'the IPv4 address that the network gave, where the answer does not tell it',
        },
      ],
      examples: [
        'loadstep trunk from-dhcp ack.pcap',
        'loadstep trunk from-dhcp /var/lib/dhcp/dhclient.leases',
        'tcpdump -vvn -r ack.pcap | loadstep trunk from-dhcp -',
      ],
      run: fromDhcp,
    },
  ],
};

async function fromDhcp({ settings, io, args, flags }: CommandContext): Promise<number> {
  const [file = ''] = args;
  const given = flags.address === undefined ? null : readServerAddress(String(flags.address));
  if (given !== null && !given.ok) throw new AppError('E_BAD_USAGE', `--address: ${given.error}`);
  const lease = readLease(await readInput(file, 'check its name'));
  if (lease === null) {
    throw new AppError(
      'E_BAD_USAGE',
      `${file === '-' ? 'standard input' : file} holds no DHCP answer in a form that is known: a capture, hexadecimal digits, what "tcpdump -vv" prints, or a lease of dhclient or systemd-networkd`,
    );
  }
  const facts = trunkFacts({ ...lease, address: given?.value ?? lease.address });
  const isWhole = facts.lacks.length === 0;
  if (settings.isOn('json')) io.stdout.write(`${JSON.stringify(jsonOf(facts, isWhole))}\n`);
  // Not broken to the width of a terminal: it is to be copied.
  else io.stdout.write(inLines(factsText(facts) + (isWhole ? trunkText(facts) : '')));
  if (isWhole) return 0;
  const gap = facts.remarks[0] === undefined ? '' : `: ${facts.remarks[0]}`;
  throw new AppError('E_TRUNK_FACTS_MISSING', `${lease.form} does not tell ${facts.lacks.join(' and ')}${gap}`);
}

function inLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function jsonOf(facts: TrunkFacts, isWhole: boolean): object {
  const { form, address, sip, ntt, routes, remarks, lacks } = facts;
  return { form, address, sip, ntt, routes, remarks, lacks, pjsip: isWhole ? trunkText(facts) : null };
}

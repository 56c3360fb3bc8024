import type { CommandGroup } from '../command.ts';

/** `loadstep switch …`: the switches that phones hang on, and this machine, where they hang on that. */
export const SWITCH: CommandGroup = {
  name: 'switch',
  summary: 'ask the switch by SNMP, or this machine by lldpd, which phone hangs at which port',
  commands: [
    {
      name: 'add',
      words: '<address>',
      summary: 'add a switch, or change what it is asked with',
      description:
        'Asks a switch by SNMP, and keeps it where it answers: "loadstep serve" then looks every minute which phone hangs at which port, and "loadstep bench layout" shows it. ' +
        'The address may have a port (192.168.1.2:161). Version 2c is taken; what it is asked with is typed at the terminal and not shown, or read from a file, so that it stands in no history of a shell and no list of processes. ' +
        'It is kept encrypted, as the passwords of accounts are. Reading is enough. ' +
        'The address may also be lldpd, for phones that hang at interfaces of this machine: then lldpd is asked through lldpcli (lldpd:/PATH names its socket), with nothing to type.',
      settings: ['accounts-key'],
      flags: [
        {
          name: 'name',
          flags: '--name <name>',
          type: 'text',
          help: 'what it is called before its ports, such as sw1 (default: what it calls itself)',
        },
        {
          name: 'community',
          flags: '--community [word]',
          type: 'text',
          help: 'the community, by version 2c; without a word it is asked for, and no other words than public and private are taken here',
        },
        {
          name: 'communityFile',
          flags: '--community-file <file>',
          type: 'text',
          help: 'file whose first line is the community; "-" is standard input',
        },
        { name: 'v1', flags: '--v1', type: 'boolean', help: 'ask by version 1, which takes longer' },
        { name: 'v3', flags: '--v3 <user>', type: 'text', help: 'ask by version 3, as this user' },
        {
          name: 'auth',
          flags: '--auth <protocol>',
          type: 'text',
          help: 'for --v3: md5, sha (default), sha224, sha256, sha384, sha512 or none',
        },
        {
          name: 'priv',
          flags: '--priv <protocol>',
          type: 'text',
          help: 'for --v3: des, aes (default), aes256b, aes256r or none',
        },
        {
          name: 'keysFile',
          flags: '--keys-file <file>',
          type: 'text',
          help: 'for --v3: file whose first line is the key of --auth, and the second that of --priv; "-" is standard input',
        },
      ],
      examples: [
        'loadstep switch add 192.168.1.2',
        'loadstep switch add 192.168.1.2 --name sw1 --community-file community.txt',
        'loadstep switch add 192.168.1.3 --name sw2 --v3 loadstep --keys-file keys.txt',
        'loadstep switch add lldpd --name bench',
      ],
      run: async (context) => (await import('./switch-add.ts')).addSwitch(context),
    },
    {
      name: 'list',
      summary: 'show the switches, never what they are asked with',
      settings: [],
      examples: ['loadstep switch list'],
      run: async (context) => (await import('./switch-actions.ts')).listSwitches(context),
    },
    {
      name: 'walk',
      words: '[name...]',
      summary: 'ask switches now, and show what hangs at each port',
      description:
        'Asks switches now, all or those that are named, and shows the ports at which something is. A line of --json is a port. Nothing is changed, in the record neither.',
      settings: ['accounts-key'],
      examples: ['loadstep switch walk', 'loadstep switch walk sw1 --json'],
      run: async (context) => (await import('./switch-actions.ts')).walkSwitches(context),
    },
    {
      name: 'test',
      words: '<name>',
      summary: 'find out what a switch tells',
      description:
        'Asks a switch and says what it tells of phones, and what it does not. The exit code is 2 where it does not answer.',
      settings: ['accounts-key'],
      examples: ['loadstep switch test sw1'],
      run: async (context) => (await import('./switch-actions.ts')).testSwitch(context),
    },
    {
      name: 'remove',
      words: '<name>',
      summary: 'ask a switch no more, and forget what it is asked with',
      settings: [],
      examples: ['loadstep switch remove sw1'],
      run: async (context) => (await import('./switch-actions.ts')).removeSwitch(context),
    },
  ],
};

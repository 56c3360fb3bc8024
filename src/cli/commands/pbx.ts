import { PBX_KINDS } from '../../core/pbx/pbx.ts';
import type { CommandGroup, CommandSpec } from '../command.ts';

const KINDS = PBX_KINDS.map(
  ({ name, product, needsPlace }): CommandSpec => ({
    name,
    summary: `write the accounts as files for ${product}`,
    description:
      `Writes the accounts as files for ${product}, with the settings that 79xx phones need and why, and says what remains to be done there. ` +
      'Nothing is sent anywhere. The files hold passwords: they are made for their owner alone, and files of others are not written over.',
    settings: ['pbx', 'accounts-key'],
    flags: [
      { name: 'out', flags: '--out <dir>', type: 'text', isRequired: true, help: 'the folder to write to; it is made' },
      {
        name: 'context',
        flags: '--context <name>',
        type: 'text',
        default: name === 'freeswitch' ? 'default' : 'from-phones',
        help: 'the part of the dial plan that the phones call in',
      },
      {
        name: 'g722',
        flags: '--g722',
        type: 'boolean',
        help: 'offer G.722 to Java phones, too; only where their configuration switches it on as well',
      },
    ],
    examples: [`loadstep pbx ${name}${needsPlace ? ' --pbx pbx.example' : ''} --out pbx`],
    run: async (context) => (await import('./pbx-actions.ts')).writeForPbx(name, context),
  }),
);

const CHECK: CommandSpec = {
  name: 'check',
  words: '<file...>',
  summary: 'say which phones are registered at Asterisk, with which load, and what is wrong there',
  description:
    'Reads what Asterisk prints, from files or, as "-", from standard input, in any order and any mixture: "pjsip show endpoint X" for settings, ' +
    '"pjsip show aor X", "pjsip show auth X", "pjsip show endpoints", "pjsip show contacts" and "database show registrar", which also tells what software registered. ' +
    'It compares that with the accounts and the record, where there are some. Exits with 3 where a phone cannot work as it is.',
  settings: ['accounts-key'],
  examples: [
    'loadstep pbx check endpoints.txt registrar.txt --json',
    'asterisk -rx "pjsip show endpoint 201" | loadstep pbx check -',
  ],
  run: async (context) => (await import('./pbx-check.ts')).checkPbx(context),
};

/** `loadstep pbx …`: the other side of the wire. */
export const PBX: CommandGroup = {
  name: 'pbx',
  summary: 'write the accounts for your PBX, and check what it says of the phones',
  commands: [...KINDS, CHECK],
};

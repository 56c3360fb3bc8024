import type { CommandGroup } from '../command.ts';

const GENERATE = {
  name: 'generate',
  flags: '--generate',
  type: 'boolean',
} as const;

const PASSWORD_LENGTH = {
  name: 'passwordLength',
  flags: '--password-length <n>',
  type: 'text',
  help: 'how long a password is that is made: 8 (default) to 30; from 13 on one guide reports errors',
} as const;

/** `loadstep accounts …`: what the phones are at the PBX. */
export const ACCOUNTS: CommandGroup = {
  name: 'accounts',
  summary: 'keep what each phone is at the PBX: extension, name and password',
  commands: [
    {
      name: 'import',
      words: '<file...>',
      summary: 'take accounts from a list, or from the files of Asterisk or FreePBX',
      description:
        'Takes accounts from a list, or from what Asterisk or FreePBX have; "-" is standard input. ' +
        'A list starts with a header: mac (or label, of a phone on the list), extension, name, password; line or extension2 to password8 for further lines; ' +
        'authname where the PBX wants another name in the digest. The word generate in place of a password makes one. ' +
        'From pjsip.conf, pjsip_wizard.conf, sip.conf and the CSV that the Bulk Handler of FreePBX exports, users are read and nothing is changed there: ' +
        'a phone gets the one that --map says, that it was enrolled with, or whose extension or name is its label. ' +
        'Bad rows are named by line, good rows are taken, and the exit code is then 2.',
      settings: ['accounts-key'],
      flags: [
        {
          name: 'map',
          flags: '--map <file>',
          type: 'text',
          help: 'list with a header that says which phone gets which extension: mac (or label), extension, line',
        },
        {
          ...GENERATE,
          help: 'make a new password where the one in the file is none that phones take; "loadstep pbx" writes it for the PBX',
        },
        PASSWORD_LENGTH,
      ],
      examples: [
        'loadstep accounts import accounts.csv',
        'loadstep accounts import extensions.csv --generate',
        'loadstep accounts import /etc/asterisk/pjsip.conf --map phones.csv',
      ],
      run: async (context) => (await actions()).importAccounts(context),
    },
    {
      name: 'set',
      summary: 'give one phone an account, or change it',
      description:
        'Gives one phone an account, or changes a line of it. The password is read from a file, so that it stands in no history of a shell; ' +
        'without --password-file and --generate a line that is there keeps its own.',
      settings: ['mac', 'accounts-key'],
      flags: [
        { name: 'extension', flags: '--extension <user>', type: 'text', help: 'the SIP user of the line, such as 201' },
        { name: 'name', flags: '--name <text>', type: 'text', help: 'what the phone and the called party show' },
        {
          name: 'authName',
          flags: '--auth-name <user>',
          type: 'text',
          help: 'the name in the digest, where it is not the extension',
        },
        { name: 'line', flags: '--line <n>', type: 'text', help: 'the line key (default: 1)' },
        {
          name: 'passwordFile',
          flags: '--password-file <file>',
          type: 'text',
          help: 'file whose first line is the password; "-" is standard input',
        },
        { ...GENERATE, help: 'make a new password, also where there is one' },
        PASSWORD_LENGTH,
      ],
      examples: [
        'loadstep accounts set --mac 0018B9C0FFEE --extension 201 --name "Front desk" --generate',
        'loadstep accounts set --mac 0018B9C0FFEE --line 2 --extension 202 --password-file -',
      ],
      run: async (context) => (await actions()).setAccount(context),
    },
    {
      name: 'list',
      summary: 'show the accounts, without their passwords',
      settings: ['accounts-key'],
      examples: ['loadstep accounts list', 'loadstep accounts list --json'],
      run: async (context) => (await actions()).listAccounts(context),
    },
    {
      name: 'forget',
      summary: 'forget accounts for good; phones and their record stay',
      settings: ['mac', 'all', 'accounts-key'],
      several: ['mac'],
      settingHelp: { all: 'every account; also the way out where the key file is lost' },
      examples: ['loadstep accounts forget --mac 0018B9C0FFEE', 'loadstep accounts forget --all'],
      run: async (context) => (await actions()).forgetAccounts(context),
    },
  ],
};

/** What the commands do is loaded by those that do it, not by the help. */
function actions(): Promise<typeof import('./account-actions.ts')> {
  return import('./account-actions.ts');
}

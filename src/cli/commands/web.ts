import type { CommandGroup } from '../command.ts';

const ROLE = {
  name: 'role',
  flags: '--role <look|act>',
  type: 'text',
} as const;

/** `loadstep web …`: who may ask the web server of `serve --web`. */
export const WEB: CommandGroup = {
  name: 'web',
  summary: 'say who may look at the page of "serve --web", and act on it, from other machines',
  commands: [
    {
      name: 'password',
      summary: 'set the password with which people log in',
      description:
        'Sets the password with which people log in from other machines; the machine itself needs none. There is one for each role: ' +
        'who may act may change everything that the command line may, who may look sees everything and changes nothing. ' +
        'Without --password-file one is made and printed, once. Who was logged in with the one before has to log in again.',
      settings: [],
      flags: [
        { ...ROLE, help: 'what it lets people do: act (default) or look' },
        {
          name: 'passwordFile',
          flags: '--password-file <file>',
          type: 'text',
          help: 'file whose first line is the password; "-" is standard input',
        },
      ],
      examples: ['loadstep web password', 'loadstep web password --role look --password-file look.txt'],
      run: async (context) => (await import('./web-actions.ts')).setPassword(context),
    },
    {
      name: 'token',
      words: '<name>',
      summary: 'make a token for a program',
      description:
        'Makes a token with which a program asks, as "Authorization: Bearer TOKEN", and prints it, once. A token of the same name is replaced.',
      settings: [],
      flags: [{ ...ROLE, help: 'what it lets the program do: look (default) or act' }],
      examples: ['loadstep web token pbx --role act', 'loadstep web token grafana'],
      run: async (context) => (await import('./web-actions.ts')).makeToken(context),
    },
    {
      name: 'list',
      summary: 'show which passwords and tokens there are, never what they are',
      settings: [],
      examples: ['loadstep web list'],
      run: async (context) => (await import('./web-actions.ts')).listAccesses(context),
    },
    {
      name: 'forget',
      words: '<name>',
      summary: 'take a token, or the password of a role (look or act), away',
      settings: [],
      examples: ['loadstep web forget grafana', 'loadstep web forget look'],
      run: async (context) => (await import('./web-actions.ts')).forgetAccess(context),
    },
  ],
};

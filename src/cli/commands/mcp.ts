import { AppError } from '../../core/errors.ts';
import { isLoopback, type ListenAddress, parseWebListen } from '../../server/listen-address.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { SERVER_HELP, SERVER_KEYS, type ServerPlace, serverPlace } from '../there/server-place.ts';

/** `loadstep mcp`: the API for assistants. */
export const MCP: CommandSpec = {
  name: 'mcp',
  summary: 'let an assistant ask the server, over the Model Context Protocol',
  description:
    'Gives an assistant the operations of the API of a server that runs with --web, over the Model Context Protocol on standard input and output, until that ends. ' +
    'It may look, and acts only with --may-act and a token that may. With --http it answers over HTTP at an address of this machine; each request has to bring a token of the server then.',
  settings: SERVER_KEYS,
  settingHelp: { ...SERVER_HELP, server: 'the server that is asked (default: http://127.0.0.1:6980)' },
  flags: [
    {
      name: 'mayAct',
      flags: '--may-act',
      type: 'boolean',
      help: 'offer what changes something, too; never more than the token may',
    },
    {
      name: 'http',
      flags: '--http <addr:port>',
      type: 'text',
      help: 'answer over HTTP at this address of this machine, such as 127.0.0.1:6981, in place of standard input and output',
    },
  ],
  examples: [
    'loadstep mcp',
    'loadstep mcp --server http://192.168.1.5:6980 --server-token-file bench.token',
    'loadstep mcp --may-act --http 127.0.0.1:6981',
  ],
  run: mcp,
};

const HERE: ServerPlace = {
  url: new URL('http://127.0.0.1:6980'),
  ca: null,
  fingerprint: null,
  token: null,
  words: [],
};

async function mcp(context: CommandContext): Promise<number> {
  const { flags, io } = context;
  const place = (await serverPlace(context)) ?? { ...HERE, token: io.env.LOADSTEP_SERVER_TOKEN?.trim() || null };
  const mayAct = flags.mayAct === true;
  const listen = typeof flags.http === 'string' ? listenOf(flags.http) : null;
  const { mcpOverHttp, mcpOverStdio } = await withPackage();
  return listen === null ? mcpOverStdio(place, mayAct, io) : mcpOverHttp(listen, place, mayAct, io);
}

/** What speaks the protocol comes with a package that not everybody wants. */
async function withPackage() {
  try {
    return await import('../mcp/serve-mcp.ts');
  } catch (error) {
    if (!/MODULE_NOT_FOUND/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const way = 'npm install --global @modelcontextprotocol/server@2 (without --global where loadstep is a dependency)';
    throw new AppError('E_PACKAGE_MISSING', `loadstep mcp needs one more package: ${way}`, { cause: error });
  }
}

function listenOf(text: string): ListenAddress {
  const read = parseWebListen(text);
  if (!read.ok) throw new AppError('E_BAD_USAGE', `--http: ${read.error}`);
  if (isLoopback(read.value)) return read.value;
  throw new AppError(
    'E_BAD_USAGE',
    `--http ${text} can be asked by other machines in the clear; give an address of this one, such as 127.0.0.1:6981, and lead others there through SSH`,
  );
}

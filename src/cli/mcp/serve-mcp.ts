import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { AppError } from '../../core/errors.ts';
import { addressText, type ListenAddress } from '../../server/listen-address.ts';
import { namesLoopback } from '../../web/guard/same-site.ts';
import { listenError } from '../../web/web-place.ts';
import { withServer } from '../bench/open-server.ts';
import { type CliIo, INTERRUPTED, type StopSignal } from '../io.ts';
import { ApiClient } from '../there/api-client.ts';
import type { ServerPlace } from '../there/server-place.ts';
import { type ApiDocument, mcpServer, toolsOf } from './tools.ts';

/** Answers on standard input and output until one of them ends, or a signal comes. */
export function mcpOverStdio(place: ServerPlace, mayAct: boolean, io: CliIo): Promise<number> {
  return withServer(place, async (api) => {
    const tools = toolsOf(await api.get<ApiDocument>('openapi.json'), mayAct);
    const transport = new StdioServerTransport();
    const over = new Promise<number>((resolve) => {
      io.onStop(() => resolve(INTERRUPTED));
      process.stdin.once('end', () => resolve(0));
      process.stdin.once('close', () => resolve(0));
    });
    const serving = serveStdio(() => mcpServer(tools, api), { transport });
    const code = await over;
    await serving.close();
    return code;
  });
}

/** Longer questions are none. */
const MOST_BYTES = 1024 * 1024;

/**
 * Answers over HTTP until a signal comes. Each request brings its own token, and is answered with the rights of that one: what asks the API is
 * this process, which the API would take for a person of the machine.
 */
export async function mcpOverHttp(
  listen: ListenAddress,
  place: ServerPlace,
  mayAct: boolean,
  io: CliIo,
): Promise<number> {
  const server = createServer((request, response) => {
    answer(request, response, place, mayAct)
      .catch((error: unknown) => refusal(error))
      .then((answered) => send(answered, response))
      .catch(() => response.destroy());
  });
  server.listen(listen.port, listen.address);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, listen);
  }
  const { port } = server.address() as AddressInfo;
  io.stderr.write(`loadstep: answers at http://${addressText(listen.address, port)}/mcp\n`);
  const signal = await new Promise<StopSignal>((resolve) => io.onStop(resolve));
  server.closeAllConnections();
  server.close();
  return signal === 'SIGTERM' ? 0 : INTERRUPTED;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  place: ServerPlace,
  mayAct: boolean,
): Promise<Response> {
  const asked = { method: request.method ?? '', headers: request.headers };
  // A page of the network could have its own name lead here; assistants are no browsers.
  if (request.headers.origin !== undefined || !namesLoopback(asked))
    return told(403, 'only programs of this machine may ask');
  if (request.url !== '/mcp') return told(404, 'ask at /mcp');
  const [, token] = /^Bearer (\S{1,300})$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return told(401, 'send a token of the server; "loadstep web token NAME" makes one');
  const api = new ApiClient({ ...place, token });
  // Who goes away while an order is under way takes it back, as far as it was not done.
  response.once('close', () => api.close());
  try {
    const tools = toolsOf(await api.get<ApiDocument>('openapi.json'), mayAct);
    const handler = createMcpHandler(() => mcpServer(tools, api), {
      responseMode: 'json',
      maxRequestBodySize: MOST_BYTES,
    });
    const answered = await handler.fetch(webRequest(request));
    // The answer is whole before the connection to the server is let go.
    const body = answered.body === null ? null : Buffer.from(await answered.arrayBuffer());
    return new Response(body, { status: answered.status, headers: answered.headers });
  } finally {
    api.close();
  }
}

function refusal(error: unknown): Response {
  if (error instanceof AppError && error.code === 'E_WEB_REFUSED') return told(401, error.message);
  return told(502, error instanceof AppError ? `${error.message} (${error.code})` : 'the question could not be read');
}

function told(status: number, message: string): Response {
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } });
  const headers = { 'content-type': 'application/json', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) };
  return new Response(body, { status, headers });
}

function webRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return new Request(`http://${request.headers.host}${request.url}`, {
    ...{ method: request.method ?? 'GET', headers },
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' } : {}),
  } as RequestInit);
}

async function send(answered: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(answered.body === null ? undefined : Buffer.from(await answered.arrayBuffer()));
}

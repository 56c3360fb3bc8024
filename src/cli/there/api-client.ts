import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect } from 'node:tls';
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.ts';
import type { ServerPlace } from './server-place.ts';

/** A server that says nothing for so long does not answer (invented); some answers take thought. */
const SILENT_MS = 60_000;

export type Query = Readonly<Record<string, string | number | null | undefined>>;

/** Asks the API of a server on another machine. Everything rejects with AppError about what keeps it from answering. */
export class ApiClient {
  readonly #place: ServerPlace;
  readonly #agent: HttpAgent;

  constructor(place: ServerPlace) {
    this.#place = place;
    this.#agent = agentFor(place);
  }

  /** Ends what is open, so that the process can. */
  close(): void {
    this.#agent.destroy();
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.ask<T>('GET', path, query);
  }

  post<T>(path: string, body: object = {}, query: Query = {}): Promise<T> {
    return this.ask<T>('POST', path, query, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.ask<T>('DELETE', path, {});
  }

  /** Null where the server knows nothing of what is asked for. */
  async find<T>(path: string, query: Query = {}): Promise<T | null> {
    try {
      return await this.get<T>(path, query);
    } catch (error) {
      if (error instanceof NotThere) return null;
      throw error;
    }
  }

  /** Sends a stream of bytes; gives the answer as it comes. */
  async upload(path: string, query: Query, body: Readable, signal?: AbortSignal): Promise<Readable> {
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await this.#send(
      'POST',
      path,
      query,
      { headers, ...(signal === undefined ? {} : { signal }) },
      body,
    );
    if ((response.statusCode ?? 500) >= 400) await this.#refuse(response, path);
    return response;
  }

  /** Asks in the way that a route wants it; whoever asked has gone when `signal` says so, and the server is told by that. */
  async ask<T>(method: string, path: string, query: Query, body?: object, signal?: AbortSignal): Promise<T> {
    const written = body === undefined ? null : JSON.stringify(body);
    const headers =
      written === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(written) };
    const extra = { headers, ...(signal === undefined ? {} : { signal }) };
    const response = await this.#send(method, path, query, extra, written);
    if ((response.statusCode ?? 500) >= 400) await this.#refuse(response, path);
    const said = await this.#whole(response);
    // What fails after the first blank of a long answer stands behind it: the status was sent by then.
    const { code, detail } = said.startsWith(' ') ? problemIn(said) : NO_PROBLEM;
    if (code !== null && detail !== null) throw new AppError(code, detail);
    try {
      if (!/^application\/json/.test(response.headers['content-type'] ?? '')) throw new SyntaxError();
      return JSON.parse(said) as T;
    } catch {
      throw this.#noLoadstep();
    }
  }

  async #whole(response: IncomingMessage): Promise<string> {
    try {
      return await text(response);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #send(
    method: string,
    path: string,
    query: Query,
    extra: RequestOptions,
    body: string | Readable | null,
  ): Promise<IncomingMessage> {
    const { url, token } = this.#place;
    const asked = new URL(`/api/v1/${path}`, url);
    for (const [key, value] of Object.entries(query)) if (value != null) asked.searchParams.set(key, String(value));
    const headers = {
      ...extra.headers,
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = ask(asked, { ...extra, method, headers, agent: this.#agent, timeout: SILENT_MS }, resolve);
      request.on('timeout', () => request.destroy(new Error('ETIMEDOUT')));
      request.on('error', (error) => reject(this.#unreachable(error)));
      if (body === null || typeof body === 'string') request.end(body ?? undefined);
      else body.on('error', (error) => request.destroy(error)).pipe(request);
    });
  }

  /** What the server refused, in its own words; rejects always. */
  async #refuse(response: IncomingMessage, path: string): Promise<never> {
    const said = await this.#whole(response);
    const { code, detail } = problemIn(said);
    if (detail === null || code === null) {
      // Newer ones have codes that are not known here.
      if (detail !== null)
        throw new AppError('E_SERVER_OLDER', `${this.#name} says what this version does not know: ${detail}`);
      throw this.#noLoadstep();
    }
    if (response.statusCode === 404 && detail.startsWith('there is no ')) {
      const { version } = await this.get<{ version: string }>('server');
      throw new AppError(
        'E_SERVER_OLDER',
        `${this.#name} is loadstep ${version} and does not know /api/v1/${path}; install the same version on both machines`,
      );
    }
    if (response.statusCode === 404) throw new NotThere(code, detail);
    if (response.statusCode === 401)
      throw new AppError('E_WEB_REFUSED', `${this.#name} does not know you; ${TOKEN_WAY}`);
    if (response.statusCode === 403 && code === 'E_WEB_REFUSED') {
      throw new AppError(
        'E_WEB_REFUSED',
        `${this.#name} refuses that: the token may look and not act; "loadstep web token NAME --role act" there makes one that may`,
      );
    }
    throw new AppError(code, detail);
  }

  get #name(): string {
    return this.#place.url.origin;
  }

  #noLoadstep(): AppError {
    return new AppError(
      'E_SERVER_UNREACHABLE',
      `${this.#name} answers, and is no loadstep; give the address that "loadstep serve --web" shows at its start`,
    );
  }

  #unreachable(error: unknown): AppError {
    if (error instanceof AppError) return error;
    const { code = '', message = '' } = error as NodeJS.ErrnoException;
    return new AppError('E_SERVER_UNREACHABLE', `${this.#name} ${whyOf(code, message, this.#place)}`, { cause: error });
  }
}

const TOKEN_WAY =
  'make a token there with "loadstep web token NAME --role act", and give it in LOADSTEP_SERVER_TOKEN or a file with --server-token-file';

/** The server answers, and has not what was asked for. */
class NotThere extends AppError {}

const NO_PROBLEM = { code: null, detail: null };

function problemIn(said: string): { readonly code: ErrorCode | null; readonly detail: string | null } {
  try {
    const { code, detail } = JSON.parse(said) as { code?: unknown; detail?: unknown };
    return {
      code: typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : null,
      detail: typeof detail === 'string' && typeof code === 'string' ? detail : null,
    };
  } catch {
    return { code: null, detail: null };
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO/;

function whyOf(code: string, message: string, { url }: ServerPlace): string {
  if (code === 'ECONNREFUSED')
    return 'refuses connections: nothing listens there; is "loadstep serve --web" running, and is the port right?';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `has a name that leads nowhere; is ${url.hostname} mistyped?`;
  if (code === 'FINGERPRINT') return message;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `has a certificate for another name: ${message.replace(/^.*altnames: /i, '')}`;
  if (CERTIFICATE.test(code))
    return `has a certificate that this machine does not trust (${code}); name its authority with --server-ca, or its fingerprint with --server-fingerprint`;
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return 'speaks no HTTPS there; write http:// in its place, or give the server a certificate';
  if (/^HPE_|ECONNRESET|socket hang up/.test(`${code} ${message}`) && url.protocol === 'http:')
    return 'broke the connection off; where it has a certificate, write https:// in its place';
  if (/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(`${code} ${message}`))
    return 'does not answer; a firewall, or another address?';
  return `cannot be asked (${code || message})`;
}

function agentFor({ url, ca, fingerprint }: ServerPlace): HttpAgent {
  if (url.protocol === 'http:') return new HttpAgent({ keepAlive: true });
  if (fingerprint === null) return new HttpsAgent({ keepAlive: true, ...(ca === null ? {} : { ca }) });
  return new PinningAgent(fingerprint);
}

/** Believes one certificate, whoever signed it and whatever name it has. Nothing is sent before it was looked at, the token least of all. */
class PinningAgent extends HttpsAgent {
  readonly #fingerprint: string;

  constructor(fingerprint: string) {
    super({ keepAlive: true });
    this.#fingerprint = fingerprint;
  }

  override createConnection(
    options: RequestOptions,
    connected?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const done = connected as (error: Error | null, stream?: Duplex) => void;
    const socket = connect({ ...(options as ConnectionOptions), rejectUnauthorized: false });
    socket.once('error', (error) => done(error));
    socket.once('secureConnect', () => {
      const seen = socket.getPeerCertificate().fingerprint256?.replaceAll(':', '') ?? '';
      if (seen === this.#fingerprint) return done(null, socket);
      const why = `has a certificate with another fingerprint: ${seen}`;
      socket.destroy();
      done(Object.assign(new Error(why), { code: 'FINGERPRINT' }));
    });
    return undefined;
  }
}

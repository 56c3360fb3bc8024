import { createServer, type Server, type Socket } from 'node:net';
import type { PowerSession } from './power-session.ts';

/** What the words of a 79x0's configuration make of its telnet (after-landing 1.3, 1.6). */
export interface TelnetSettings {
  /** `telnet_level`: 1 and 2 open it. */
  readonly level: string;
  /** `phone_password`. */
  readonly password: string;
  /** `phone_prompt`. */
  readonly prompt: string;
}

/** After-landing 1.3. */
const PASSWORD = 'cisco';
const PROMPT = 'SIP Phone';
/** Lengths of the two after-landing 1.3 has; that what is longer is cut is invented. */
const [LONGEST_PASSWORD, LONGEST_PROMPT] = [31, 15];
/** Invented, all of them. */
const MOST_TRIES = 3;
const LONGEST_LINE = 128;
const MOST_SESSIONS = 2;
/** Telnet's own words (RFC 854): what it negotiates is passed over. */
const NEGOTIATION = /\xff(?:[\xfb-\xfe][\s\S]|\xfa[\s\S]*?\xff\xf0|[\xf0-\xf9])/g;

/** Telnet as a `.cnf` sets it up; null where it is off. */
export function telnetOf(kept: Readonly<Record<string, string>>): TelnetSettings | null {
  const level = kept.telnet_level || '0';
  if (level !== '1' && level !== '2') return null;
  const password = (kept.phone_password || PASSWORD).slice(0, LONGEST_PASSWORD);
  return { level, password, prompt: (kept.phone_prompt || PROMPT).slice(0, LONGEST_PROMPT) };
}

/**
 * Telnet of a 7940 or 7960 on SIP, as far as it can restart the phone: a password, a prompt, `reset`, `exit`. How it asks for the password and
 * what follows a wrong one is in no source: invented. Every other command gets the prompt again.
 */
export function openTelnet(
  place: { readonly address: string; readonly port: number },
  settings: TelnetSettings,
  session: PowerSession,
  resets: () => void,
): void {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (sockets.size >= MOST_SESSIONS) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    serve(socket, settings, resets);
  });
  // A port that is taken is a phone without telnet.
  server.on('error', () => {});
  server.listen(place.port, place.address);
  session.onEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

function serve(socket: Socket, { password, prompt }: TelnetSettings, resets: () => void): void {
  let kept = '';
  let isIn = false;
  let tries = 0;
  const say = (text: string) => void (socket.writable && socket.write(text, 'latin1'));
  const next = () => say(isIn ? `\r\n${prompt}> ` : '\r\nPassword: ');
  const take = (line: string): void => {
    if (!isIn) {
      isIn = line === password;
      tries += 1;
      if (!isIn && tries >= MOST_TRIES) socket.end();
      else next();
    } else if (line === 'reset') resets();
    else if (line === 'exit') socket.end();
    else next();
  };
  socket.setEncoding('latin1');
  socket.on('data', (data: string) => {
    kept = (kept + data).replace(NEGOTIATION, '');
    const lines = kept.split(/\r\n|\r\0|\r|\n/);
    kept = lines.pop() ?? '';
    for (const line of lines) if (socket.writable) take(line);
    if (kept.length > LONGEST_LINE) socket.destroy();
  });
  next();
}

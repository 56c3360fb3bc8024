import { readFileSync } from 'node:fs';

/** One request of a recorded log, as the server saw it. */
export interface LoggedRequest {
  /** Milliseconds since the first timed line of the log; 0 in logs that carry no times. */
  readonly atMs: number;
  /** The requested name, as it came. */
  readonly name: string;
  /** The phone's port; null where the server did not log it. */
  readonly port: number | null;
  readonly address: string;
}

/** What the header of a fixture says: its `# key text` lines, by key. */
export type LogHeader = Readonly<Partial<Record<'model' | 'server' | 'source' | 'shows' | 'expect', string>>>;

const CLOCK = /(?:^|\s)(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?\s/;
const REQUEST = [
  // atftpd: `Serving NAME to ADDRESS:PORT`
  /atftpd\[\d+\]: Serving (?<name>\S+) to (?<address>[\d.]+):(?<port>\d+)/,
  // tftpd-hpa: `RRQ from ADDRESS filename NAME`
  /RRQ from (?<address>[\d.]+) filename (?<name>\S+)/,
  // tcpdump: `IP ADDRESS.PORT > ADDRESS.69: RRQ "NAME"`
  /IP (?<address>\d+\.\d+\.\d+\.\d+)\.(?<port>\d+) > \S+\.69: RRQ "(?<name>[^"]+)"/,
];

/** The read requests of a log fixture in the order they came; every other line is passed over. */
export function readLogFixture(path: string): LoggedRequest[] {
  const requests: LoggedRequest[] = [];
  let startMs: number | null = null;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.startsWith('#')) continue;
    const clockMs = clockOf(line);
    startMs ??= clockMs;
    const found = REQUEST.map((pattern) => pattern.exec(line)?.groups).find((groups) => groups !== undefined);
    if (found === undefined) continue;
    requests.push({
      // A log that runs past midnight goes on counting.
      atMs: clockMs === null || startMs === null ? 0 : (clockMs - startMs + 86_400_000) % 86_400_000,
      name: found.name ?? '',
      port: found.port === undefined ? null : Number(found.port),
      address: found.address ?? '',
    });
  }
  return requests;
}

/** The header of a log fixture. */
export function readLogHeader(path: string): LogHeader {
  const lines = readFileSync(path, 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^# (\w+) (.+)$/.exec(line);
      return match === null ? [] : [[match[1], match[2]]];
    }),
  );
}

function clockOf(line: string): number | null {
  const match = CLOCK.exec(line);
  if (match === null) return null;
  const [, hours, minutes, seconds, fraction = ''] = match;
  return (
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3))
  );
}

/** How a setting is written: one text, several, or on and off. `paths` are lists that the environment parts with `:`. */
type SettingKind = 'text' | 'number' | 'path' | 'list' | 'paths' | 'switch';

/** One flag of the command line; the environment and the YAML file know it by the same word. */
export interface Setting {
  readonly kind: SettingKind;
  /** How the value is named in help; empty for a switch. */
  readonly value: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** What it means when it is given without a value; a value is needed where this is absent. */
  readonly bare?: string;
}

/** Flags that every command takes, before or after its name. */
export const GLOBAL_SETTINGS = {
  config: { kind: 'path', value: 'file', help: 'YAML file with settings, named like the flags' },
  db: { kind: 'path', value: 'file', help: 'database (default: $XDG_STATE_HOME/loadstep/loadstep.db)' },
  firmware: {
    kind: 'paths',
    value: 'dir',
    help: 'folder tree with firmware; repeatable (default: $XDG_DATA_HOME/loadstep/firmware)',
  },
  leases: {
    kind: 'paths',
    value: 'file',
    help: 'DHCP lease file of dnsmasq, ISC dhcpd, Kea, udhcpd or systemd-networkd; repeatable',
  },
  'log-level': {
    kind: 'text',
    value: 'level',
    help: 'what goes to standard error: error, warn (default), info or debug',
    choices: ['error', 'warn', 'info', 'debug'],
  },
  json: { kind: 'switch', value: '', help: 'print one JSON object per line' },
} as const satisfies Record<string, Setting>;

/** Flags that belong to one or more commands. */
const COMMAND_SETTINGS = {
  mac: { kind: 'list', value: 'mac', help: "the phone's MAC address, as printed on its label" },
  target: { kind: 'list', value: 'load', help: 'the load to arrive at, such as P0S3-08-11-00' },
  from: { kind: 'text', value: 'load', help: 'the load that the phone runs now; what it shows overrules this' },
  model: { kind: 'text', value: 'model', help: "the phone's model, such as 7940" },
  label: { kind: 'text', value: 'text', help: 'a name of your own for the phone' },
  batch: { kind: 'text', value: 'name', help: 'the batch that the phones belong to (default: default)' },
  port: { kind: 'text', value: 'text', help: 'the switch port of the phone, for --power-cycle-command' },
  serial: {
    kind: 'text',
    value: 'text',
    help: "the serial number on the phone's label; it is printed on the certificate",
  },
  listen: { kind: 'text', value: 'addr:port', help: 'where to listen (default: 0.0.0.0:69)' },
  timeout: { kind: 'text', value: 'time', help: 'give up after this long, such as 90s, 40m or 2h' },
  'dry-run': { kind: 'switch', value: '', help: 'show what would be done, and do nothing' },
  enroll: {
    kind: 'text',
    value: 'which',
    help: 'listed: phones on the list (default); all: every phone whose family has a --target',
    choices: ['listed', 'all'],
  },
  'check-config': { kind: 'switch', value: '', help: 'check configuration, firmware and database, then end' },
  'stall-after': {
    kind: 'text',
    value: 'time',
    help: 'how long a phone may stay in one step, until past conversions give a better time (default: 15m); make it short in rehearsals',
  },
  'log-file': {
    kind: 'path',
    value: 'file',
    help: 'write the log to this file instead of standard error; opened again at SIGHUP',
  },
  drain: {
    kind: 'text',
    value: 'time',
    help: 'how long to wait at the end for transfers under way; 0 cuts them off (default: 10s)',
  },
  'at-once': {
    kind: 'text',
    value: 'n',
    help: 'how many phones may take and write a load at a time; 0 is no limit (default: that of the last server, or none)',
  },
  canary: {
    kind: 'text',
    value: 'n',
    help: 'let the first n phones that come go alone, and the rest once each of those has landed or is held; 0: none (default as above)',
  },
  'stop-after-failures': {
    kind: 'text',
    value: 'n|n%',
    help: 'pause the batch when n phones, or n percent of them, have failed; 0 is never (default as above); while phones go first (--canary), one failure of theirs is enough then',
  },
  pbx: {
    kind: 'text',
    value: 'host[:port]',
    help: 'where the phones find the PBX, such as 192.168.1.10 or 192.168.1.10:5160',
  },
  'accounts-key': {
    kind: 'path',
    value: 'file',
    help: 'the key that opens the passwords of accounts (default: $XDG_CONFIG_HOME/loadstep/accounts.key)',
  },
  configure: {
    kind: 'switch',
    value: '',
    help: 'give each phone its configuration once it has landed: its account, or parked where it has none; needs --pbx',
  },
  transport: {
    kind: 'text',
    value: 'udp|tcp',
    choices: ['udp', 'tcp'],
    help: 'what the PBX listens on (default: udp); phones that cannot speak TCP stay with UDP',
  },
  zone: { kind: 'text', value: 'zone', help: 'IANA time zone of the phones, such as Europe/Berlin (default: UTC)' },
  ntp: {
    kind: 'text',
    value: 'host',
    help: 'time server of the phones (default: none; a Java phone takes its clock from the PBX)',
  },
  dial: {
    kind: 'list',
    value: 'pattern[=seconds]',
    help: 'what dials: 2.. at once, 0*=3 three seconds after the last digit; repeatable. Everything else waits four seconds',
  },
  'keep-configuring': {
    kind: 'switch',
    value: '',
    help: 'give landed phones their configuration for ever, not only for a day after the landing',
  },
  reason: { kind: 'text', value: 'text', help: 'why, for the record' },
  all: { kind: 'switch', value: '', help: 'every phone on the list' },
  server: { kind: 'text', value: 'where', help: 'the IPv4 address of this machine that phones are to ask' },
  'server-ca': {
    kind: 'path',
    value: 'file',
    help: 'certificate (PEM) of the authority that vouches for the server of --server',
  },
  'server-fingerprint': {
    kind: 'text',
    value: 'sha256',
    help: 'the one certificate that the server of --server may show, whoever signed it',
  },
  'server-token-file': {
    kind: 'path',
    value: 'file',
    help: 'file with the token for the server of --server (default: what LOADSTEP_SERVER_TOKEN holds)',
  },
  'vendor-class': {
    kind: 'switch',
    value: '',
    help: 'every phone of a model that loadstep converts, by what it calls itself in DHCP (option 60)',
  },
  probe: {
    kind: 'switch',
    value: '',
    help: 'ask the DHCP servers of this network as a phone does, and take no lease (needs root)',
  },
  undo: { kind: 'switch', value: '', help: 'print what takes it back' },
  root: {
    kind: 'path',
    value: 'dir',
    help: 'existing TFTP tree, served read-only to everybody, except files that are or name a load',
  },
  'root-loads': {
    kind: 'text',
    value: 'nobody|bystanders',
    choices: ['nobody', 'bystanders'],
    help: 'who gets files of --root that are or name a load: nobody (default), or phones that are certainly not on the list',
  },
  'allow-unverified': {
    kind: 'list',
    value: 'load',
    help: 'publish this load even if its package is incomplete or mixed, but never if it is damaged; the record says so; repeatable',
  },
  'single-port': {
    kind: 'switch',
    value: '',
    help: 'answer from the port that was asked, for containers and NAT that let only one port through',
  },
  'data-plane': {
    kind: 'text',
    value: 'batch|dgram',
    choices: ['batch', 'dgram'],
    help: 'read and write many datagrams at once (batch: Linux on x64 or arm64), or one by one (dgram); by default batch where it works',
  },
  witness: {
    kind: 'switch',
    value: '',
    help: 'hear what phones say that they run: as a registrar (SIP), as a call manager (SCCP), and by their pages',
  },
  'witness-sip': {
    kind: 'text',
    value: 'addr:port',
    help: 'where SIP is heard (default: port 5060 where TFTP listens)',
  },
  'witness-sccp': {
    kind: 'text',
    value: 'addr:port',
    help: 'where SCCP is heard (default: port 2000 where TFTP listens)',
  },
  'witness-page': { kind: 'text', value: 'port', help: 'the port of the pages of phones (default: 80)' },
  'witness-sccp-answer': {
    kind: 'text',
    value: 'yes|no|register',
    choices: ['yes', 'no', 'register'],
    help: 'whether a phone on SCCP is told that it is not registered (default: yes), or is registered, so that it can be reset over its connection',
  },
  'from-csv': {
    kind: 'path',
    value: 'file',
    help: 'list with a header: mac,target,model,from,label,extension,batch,port,serial',
  },
  'notify-command': {
    kind: 'text',
    value: 'command',
    help: 'run this, without a shell, when a phone lands or is held and when the batch is paused or finished; {event} {mac} {label} {text} …',
  },
  'notify-url': { kind: 'text', value: 'url', help: 'POST the same as JSON to this URL' },
  'power-by-switch': {
    kind: 'text',
    value: 'on|dry-run',
    choices: ['on', 'dry-run'],
    bare: 'on',
    help: 'switch the power of a phone off and on at its switch port (PoE), when that is safe; dry-run only says what would be done; the switch is one of "loadstep switch add"',
  },
  'power-by-number': {
    kind: 'list',
    value: 'switch',
    help: "at this switch each power port has the number of its port; repeatable. Without it no power is switched where a switch does not say which is which, as Cisco's do",
  },
  'switch-traps': {
    kind: 'text',
    value: 'addr:port',
    bare: '162',
    help: 'hear from the switches when a link comes up or goes down (traps of SNMP), and ask such a switch at once; without a value at port 162 where TFTP listens',
  },
  'power-switch-limit': {
    kind: 'text',
    value: 'n',
    help: 'how many power cycles one switch gets in an hour (default: 12)',
  },
  'power-switch-pcs': {
    kind: 'switch',
    value: '',
    help: 'PCs hang behind the phones: one further device at the port of a phone is taken for one, and not for a phone that must keep its power',
  },
  'restart-phones': {
    kind: 'switch',
    value: '',
    help: 'tell phones over the network to restart that only a restart can help, where they can be told and when that is safe (see "loadstep restart")',
  },
  'restart-telnet-password-file': {
    kind: 'path',
    value: 'file',
    help: 'the file with the password (phone_password) by which 7940 and 7960 are restarted by telnet, where theirs is on',
  },
  'restart-telnet-port': { kind: 'text', value: 'port', help: 'the port of the telnet of phones (default: 23)' },
  'power-cycle-command': {
    kind: 'text',
    value: 'command',
    help: 'run this, without a shell, to switch the power of a phone off and on, when that is safe; {mac} {address} {label} {port}',
  },
  'power-cycle-limit': {
    kind: 'text',
    value: 'n',
    help: 'how many power cycles a phone gets until it is retried (default: 2)',
  },
  'power-cycle-spacing': {
    kind: 'text',
    value: 'time',
    help: 'shortest time from one power cycle of a phone to the next (default: 10m)',
  },
  'power-cycle-after': {
    kind: 'text',
    value: 'time',
    help: 'switch the power of a phone that has not come for its load, or not asked at all, for this long (default: 15m)',
  },
  since: {
    kind: 'text',
    value: 'time',
    help: 'only what happened since then: a span back from now such as 2h, or an ISO 8601 time',
  },
  csv: { kind: 'switch', value: '', help: 'print comma-separated values (RFC 4180)' },
  html: { kind: 'path', value: 'file', help: 'write a self-contained page, for printing' },
  short: { kind: 'switch', value: '', help: 'only the road and how it ended, not what was asked and sent' },
  details: { kind: 'switch', value: '', help: 'everything that is known, word for word' },
  follow: { kind: 'switch', value: '', help: 'go on with what is added, until interrupted' },
  verbose: { kind: 'switch', value: '', help: 'on a terminal, too, a line for each thing that happens' },
  bell: { kind: 'switch', value: '', help: 'ring the bell of the terminal when a phone needs a hand or all is done' },
  summary: {
    kind: 'switch',
    value: '',
    help: 'with --html: one page for the batch, without a certificate for each phone',
  },
  until: { kind: 'text', value: 'state', help: 'the state to wait for (default: landed)', choices: ['landed'] },
  family: { kind: 'text', value: 'family', help: 'only this phone family, such as 79x0 or 42' },
  web: {
    kind: 'text',
    value: 'addr:port',
    bare: '127.0.0.1:6980',
    help: 'answer browsers and programs over HTTP, too (docs/web.md); without an address at 127.0.0.1:6980',
  },
  'web-ask-everybody': {
    kind: 'switch',
    value: '',
    help: 'a password or token is needed from this machine, too: behind a proxy, or where several people work at it',
  },
  'web-cert': { kind: 'path', value: 'file', help: 'certificate chain (PEM) for --web, which then speaks HTTPS' },
  'web-key': { kind: 'path', value: 'file', help: 'key (PEM) of --web-cert' },
  mermaid: { kind: 'switch', value: '', help: 'print the upgrade graph of a family as Mermaid' },
} as const satisfies Record<string, Setting>;

export const SETTINGS = { ...GLOBAL_SETTINGS, ...COMMAND_SETTINGS };

export type SettingKey = keyof typeof SETTINGS;

export type CommandSettingKey = keyof typeof COMMAND_SETTINGS;

export const GLOBAL_KEYS = Object.keys(GLOBAL_SETTINGS) as readonly SettingKey[];

/** The setting behind a word, or null when there is none. */
export function settingOf(word: string): Setting | null {
  return Object.hasOwn(SETTINGS, word) ? SETTINGS[word as SettingKey] : null;
}

/** The name a setting carries in the environment. */
export function environmentName(key: string): string {
  return `LOADSTEP_${key.replaceAll('-', '_').toUpperCase()}`;
}

/** The flag as commander wants it declared; several values may follow a variadic one (`--mac A B`). */
export function flagOf(key: SettingKey, isVariadic = false): string {
  const { kind, value, bare }: Setting = SETTINGS[key];
  if (kind === 'switch') return `--${key}`;
  if (bare !== undefined) return `--${key} [${value}]`;
  return `--${key} <${value}${isVariadic ? '...' : ''}>`;
}

/** A setting as it was written, before it is given a meaning: texts, or on and off for a switch. */
export type RawValue = readonly string[] | boolean;

/** One option of an `emulate` command, as data: the command line registers it, help and documents print it. */
export interface CommandOption {
  /** Key under which the parsed value is handed over. */
  readonly name: string;
  /** As written on the command line, with the value's place holder. */
  readonly flags: string;
  /** `list` may be given several times. All values may be handed over as text. */
  readonly type: 'text' | 'number' | 'boolean' | 'list';
  readonly default?: string | number | boolean;
  readonly isRequired?: boolean;
  readonly help: string;
}

/** Values as the command line or a bench file gives them, by option name. */
export type RawOptions = Readonly<Record<string, unknown>>;

const NETWORK: readonly CommandOption[] = [
  {
    name: 'server',
    flags: '--server <host:port>',
    type: 'text',
    default: '127.0.0.1:6969',
    help: 'TFTP server that the phone asks',
  },
  {
    name: 'speed',
    flags: '--speed <factor>',
    type: 'number',
    default: 1,
    help: 'phone seconds in one real second; every delay of the phone is divided by it',
  },
  {
    name: 'networkSpeed',
    flags: '--network-speed <factor>',
    type: 'number',
    help: "the same for the phone's waits for an answer; the default is --speed, but at most 20, and at most 4 with --loss or --reorder, because a server does not repeat any faster",
  },
  { name: 'seed', flags: '--seed <number>', type: 'number', default: 1, help: 'seed of all random choices' },
  {
    name: 'restartIdle',
    flags: '--restart-idle <seconds>',
    type: 'number',
    default: 120,
    help: 'phone seconds after which an imagined person power-cycles an idle phone; 0 is never (120 is invented)',
  },
  {
    name: 'for',
    flags: '--for <seconds>',
    type: 'number',
    help: 'end after this many real seconds: exit code 0, or 5 when --until was given and not reached',
  },
];

const SIP: readonly CommandOption[] = [
  {
    name: 'register',
    flags: '--register',
    type: 'boolean',
    default: false,
    help: 'go on once a SIP load runs: take the configuration, register, answer calls and send back what is heard; on SCCP: go to the call manager',
  },
  {
    name: 'pagePort',
    flags: '--page-port <port>',
    type: 'number',
    help: 'show the page that says what runs, and take keys there on a Java phone, at this port of the address of the phone (real phones: 80)',
  },
  {
    name: 'telnetPort',
    flags: '--telnet-port <port>',
    type: 'number',
    help: 'with --register: open telnet at this port of a 7940 or 7960 whose configuration says telnet_level 1 or 2 (real phones: 23)',
  },
  {
    name: 'call',
    flags: '--call <extension>',
    type: 'text',
    help: 'with --register: call this extension once every line is registered, speak for two seconds and hang up',
  },
  {
    name: 'kept',
    flags: '--kept <key=value>',
    type: 'list',
    help: 'with --register: a setting that an earlier owner left in the flash of a 7940 or 7960, such as proxy1_address=192.0.2.9',
  },
];

const DEVIATIONS: readonly CommandOption[] = [
  {
    name: 'loss',
    flags: '--loss <share>',
    type: 'number',
    default: 0,
    help: 'share of datagrams that are lost, in each direction, 0 to 1',
  },
  {
    name: 'duplicate',
    flags: '--duplicate <share>',
    type: 'number',
    default: 0,
    help: 'share of datagrams that arrive twice',
  },
  {
    name: 'reorder',
    flags: '--reorder <share>',
    type: 'number',
    default: 0,
    help: 'share of datagrams that arrive late',
  },
  {
    name: 'cut',
    flags: '--cut <when>',
    type: 'list',
    help: 'cut the power: after:20-blocks-of:*.sb2, half-of:*.sbn or while-writing:*.sb2; 3x: in front means three times',
  },
  {
    name: 'cutEveryTransfer',
    flags: '--cut-every-transfer',
    type: 'boolean',
    default: false,
    help: 'cut the power once in the middle of every image',
  },
  {
    name: 'wrongCase',
    flags: '--wrong-case',
    type: 'boolean',
    default: false,
    help: 'ask for names in another case, such as xmlDefault.CNF.XML',
  },
  {
    name: 'rejectSignatures',
    flags: '--reject-signatures <times>',
    type: 'number',
    default: 0,
    help: 'how many good signatures to reject',
  },
  {
    name: 'ignoreTrigger',
    flags: '--ignore-trigger <file>',
    type: 'list',
    help: 'read this file and ignore the load in it, such as OS79XX.TXT; * stands for any characters',
  },
  {
    name: 'stuckAfter',
    flags: '--stuck-after <file>',
    type: 'text',
    help: 'never ask for anything again after this file',
  },
  {
    name: 'nat',
    flags: '--nat',
    type: 'boolean',
    default: false,
    help: 'use source ports as address translation does; give several phones the same --address',
  },
  {
    name: 'knob',
    flags: '--knob <name=value>',
    type: 'list',
    help: 'change a behaviour on which sources disagree or are silent: see docs/emulator.md',
  },
];

/** Options of `emulate phone`. */
export const EMULATE_PHONE_OPTIONS: readonly CommandOption[] = [
  { name: 'model', flags: '--model <model>', type: 'text', isRequired: true, help: 'such as 7940 or CP-7942G' },
  { name: 'mac', flags: '--mac <mac>', type: 'text', isRequired: true, help: 'such as 0018B9C0FFEE' },
  { name: 'load', flags: '--load <load>', type: 'text', help: 'what is in flash, such as P0030301MFG2' },
  {
    name: 'bootLoader',
    flags: '--boot-loader',
    type: 'boolean',
    default: false,
    help: 'nothing valid in flash: a Java phone after a factory reset, or a 7940/7960 with its loader only',
  },
  {
    name: 'address',
    flags: '--address <ip>',
    type: 'text',
    default: '',
    help: "the phone's own address (default: one of 127.0.0.0/8 that goes with its MAC)",
  },
  {
    name: 'running',
    flags: '--running',
    type: 'boolean',
    default: false,
    help: 'the application already runs; the first boot skips the loader',
  },
  {
    name: 'trust',
    flags: '--trust <keys>',
    type: 'text',
    default: 'both',
    help: 'keys that the boot loader of a Java phone trusts: old, both or new',
  },
  {
    name: 'loadTrust',
    flags: '--load-trust <keys>',
    type: 'text',
    help: 'keys that the load in flash trusts: old, both or new; by default those of its release',
  },
  {
    name: 'hardware',
    flags: '--hardware <bit>',
    type: 'number',
    default: 0,
    help: 'bit that #HARDWARE_COMP_1 of a manifest must have; 0 accepts any',
  },
  ...NETWORK,
  ...SIP,
  {
    name: 'until',
    flags: '--until <load>',
    type: 'text',
    help: 'end with exit code 0 when this load runs and has asked for its own configuration; with --register also when every line is registered, with --call when that call is over',
  },
  ...DEVIATIONS,
];

/** Options of `emulate firmware`. */
export const EMULATE_FIRMWARE_OPTIONS: readonly CommandOption[] = [
  {
    name: 'out',
    flags: '--out <dir>',
    type: 'text',
    isRequired: true,
    help: 'folder in which each package gets a folder of its own',
  },
  {
    name: 'release',
    flags: '--release <load>',
    type: 'list',
    help: 'load to write, such as P0S3-08-11-00; repeatable (default: a set that covers every road)',
  },
  {
    name: 'sizes',
    flags: '--sizes <small|real>',
    type: 'text',
    default: 'small',
    help: 'a few kB each, or as large as real ones',
  },
];

/** Options of `emulate bench`; those of a phone count for every phone that does not say otherwise. */
export const EMULATE_BENCH_OPTIONS: readonly CommandOption[] = [
  { name: 'spec', flags: '--spec <file>', type: 'text', help: 'YAML or JSON with `phones:`, see docs/emulator.md' },
  { name: 'count', flags: '--count <n>', type: 'number', default: 8, help: 'number of phones, without --spec' },
  {
    name: 'mix',
    flags: '--mix <model:load=weight,…>',
    type: 'text',
    default: '7940:P0030301MFG2=2,7960:P0030801SR02=1,7942:SCCP42.8-5-2S=1',
    help: 'which phones, without --spec; an empty load means a boot loader',
  },
  {
    name: 'firstAddress',
    flags: '--first-address <ip>',
    type: 'text',
    default: '127.0.0.10',
    help: 'address of the first phone; the others follow',
  },
  {
    name: 'firstMac',
    flags: '--first-mac <mac>',
    type: 'text',
    default: '0018B9000001',
    help: 'MAC of the first phone; the others follow',
  },
  { name: 'stagger', flags: '--stagger <seconds>', type: 'number', default: 0, help: 'real seconds between power-ons' },
  ...NETWORK,
  ...SIP,
  {
    name: 'until',
    flags: '--until <load>',
    type: 'list',
    help: 'end with exit code 0 when every phone runs the one of these loads that its family can take; repeatable',
  },
  ...DEVIATIONS,
];

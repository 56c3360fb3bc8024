import type { ModelId } from '../core/names/family.ts';
import type { PhoneClock } from './phone-clock.ts';
import type { PhoneEvent } from './phone-event.ts';
import type { CallStory } from './sip/call.ts';

/** The two signing keys of the Java phones (java-phones 3.2). */
export type SigningKey = 'old' | 'new';

/** A power cut at one step. The phone comes back by itself after `knobs.powerOffSeconds`. */
export interface PowerCut {
  /** Which files: an exact name or a pattern with `*`; upper and lower case are the same. */
  readonly file: string;
  /** `transfer` cuts while the file comes in, `flash` while it is written; default `transfer`. */
  readonly during?: 'transfer' | 'flash';
  /** After this many received blocks; when the file has fewer, right after its last one. */
  readonly atBlock?: number;
  /** After this part of the file, 0 to 1; needs `fileSizes`, else a file of 20 kB is assumed. */
  readonly fraction?: number;
  /** How often; default once. */
  readonly times?: number;
}

/** Departures from a clean network and a patient owner, each off unless named. */
export interface Deviations {
  /** Share of datagrams lost, each direction, 0 to 1. */
  readonly loss?: number;
  /** Share of datagrams that arrive twice, each direction, 0 to 1. */
  readonly duplicate?: number;
  /** Share of datagrams that arrive after the one behind them, each direction, 0 to 1. */
  readonly reorder?: number;
  readonly cuts?: readonly PowerCut[];
  /** One power cut in the middle of the transfer of every image file (`.bin`, `.sbn`, `.sb2`), once for each name. */
  readonly isCutInEveryTransfer?: boolean;
  /** Asks names in another case than they are written on the server, such as `xmlDefault.CNF.XML`. */
  readonly isWrongCase?: boolean;
  /** How many signed files are rejected although they are good; `Infinity` for all. */
  readonly rejectedSignatures?: number;
  /** Files whose load is read and ignored: names or patterns, such as `OS79XX.TXT`. */
  readonly ignoredTriggers?: readonly string[];
  /** Source ports are the translator's, not the phone's; give several phones one `address` for the whole picture. */
  readonly isBehindNat?: boolean;
  /** Once a file of this name or pattern has been asked and answered, the phone never asks anything again. */
  readonly stuckAfter?: string;
}

/** Where the sources disagree or are silent. Every default is in `DEFAULT_KNOBS`, with its origin. */
export interface Knobs {
  /** Seconds from power to the first request of a 79x0. */
  readonly bootSeconds: number;
  /** Seconds from power to the first request of a Java phone. */
  readonly javaBootSeconds: number;
  /** Seconds without power after a cut. */
  readonly powerOffSeconds: number;
  /** Seconds a G1 or G2 phone needs to write an image. */
  readonly flashSeconds: number;
  /** Seconds between two rounds of a G1 phone that found nothing, and of one that only asks SEPDefault.cnf. */
  readonly roundSeconds: number;
  /** Seconds until a loader hunts again. */
  readonly huntAgainSeconds: number;
  /** Seconds until an unprovisioned SCCP 7/8 application asks again. */
  readonly sccpAgainSeconds: number;
  /** Seconds until an unprovisioned Java phone asks its SEP file again. */
  readonly sepPollSeconds: number;
  /** A power cut during a flash write leaves a phone that never starts again. */
  readonly isDeadAfterFlashCut: boolean;
  /** A G1 phone takes a loader's `.bin` at once, without the steps between. */
  readonly takesLoaderFromG1: boolean;
  /** A loader that is named a load without a manifest, of 5.x or 6.x, asks for its `.sbn` and becomes that phone. */
  readonly takesOldImages: boolean;
  /** A signed file whose inner name is not the name asked for is refused. */
  readonly checksInnerName: boolean;
  /** A Java phone whose SEP file is refused reads XMLDefault.cnf.xml. */
  readonly readsXmlDefault: boolean;
  /** Java loads from this release on ask the ITL names. */
  readonly itlFrom: string;
  /** A running Java phone that cannot take the load of its config tries again and again instead of going on. */
  readonly retriesRejectedLoad: boolean;
  /** Java loads after 8.5(2) trust both keys instead of the new one only. */
  readonly newLoadsTrustBoth: boolean;
  /** A SIP password longer than 31 is cut instead of making its file (Java) or its line (79x0) an error. */
  readonly cutsLongPassword: boolean;
  /** A Java phone takes a `phoneLabel` with blanks or of more than 12 characters. */
  readonly takesAnyLabel: boolean;
  /** What a Java phone in CallManager mode speaks without `transportLayerProtocol`: `udp` or `tcp`. */
  readonly transportIfAbsent: string;
  /** Where a Java phone in CallManager mode has the server's port from: `voipControlPort`, `sipPort` or `line`. */
  readonly callManagerPortOf: string;
  /** A phone on SCCP that was told no call manager tries the server that it gets its files from. */
  readonly sccpTriesTftpServer: boolean;
  /** A Java phone that is told `check-sync` boots instead of only answering. */
  readonly checkSyncRestartsJava: boolean;
  /** A 79x0 on SIP 8.x in CallManager mode obeys `service-control` as a Java phone does. */
  readonly legacyObeysServiceControl: boolean;
}

/** An emulated phone, described. Everything but model, MAC, load and server has a default. */
export interface PhoneOptions {
  readonly model: ModelId;
  readonly mac: string;
  /**
   * The load in flash, as the phone names it. A loader's name (`P003-08-11-00`) is a loader without application; null is
   * a Java phone with no valid load, which sits in its boot loader.
   */
  readonly load: string | null;
  readonly server: { readonly host: string; readonly port: number };
  /** The phone's own IPv4 address; default `127.0.0.1`. All of 127.0.0.0/8 is there on Linux. */
  readonly address?: string;
  /** Phone seconds in one real second; default 1. */
  readonly speed?: number;
  /**
   * The same for the phone's waits for an answer. A server's own retransmission does not run faster with the phone, so
   * the default is `speed`, at most 20, and at most 4 where datagrams are lost or reordered.
   */
  readonly networkSpeed?: number;
  /** What randomness is drawn from; default 1. The same seed gives the same phone. */
  readonly seed?: number;
  /** The application runs already and the loader does not come first: a phone that was on before the server came. */
  readonly isRunning?: boolean;
  /** Phone seconds after which somebody power-cycles a phone that has nothing to do; 0, the default, is nobody. */
  readonly restartIdleSeconds?: number;
  /** Keys the boot loader of a Java phone trusts, whatever its load trusts; default both. */
  readonly bootLoaderTrust?: readonly SigningKey[];
  /** Keys the load in flash trusts; default by its release (java-phones 3.2). */
  readonly trust?: readonly SigningKey[];
  /** Bit that a manifest's `#HARDWARE_COMP_1` must have, for late hardware; default 0, any manifest will do. */
  readonly hardware?: number;
  /** Platform id of the loader in flash, for `LA_VERSION`; default the one synthetic firmware of that name carries. */
  readonly platform?: string;
  readonly deviations?: Deviations;
  readonly knobs?: Partial<Knobs>;
  /** Sizes in bytes by file name, for cuts at a fraction. */
  readonly fileSizes?: Readonly<Record<string, number>>;
  /**
   * Whether the phone goes on once its SIP load runs: it takes its configuration, registers, answers calls and sends back what it hears.
   * Default: it does not. From SIP 7 on; of older loads nothing is known. On SCCP it goes to its call manager and says what it runs.
   */
  readonly registers?: boolean;
  /** The port of its own page, where it has one; default: it has none. Real phones have it at 80. */
  readonly pagePort?: number;
  /**
   * The port of its telnet, on a 7940 or 7960 with `registers` whose configuration says `telnet_level` 1 or 2; default: it has none. Real phones
   * have it at 23.
   */
  readonly telnetPort?: number;
  /** An extension that its first line calls once all lines are registered; needs `registers`. */
  readonly calls?: string;
  /** What a 79x0 has in flash from an earlier owner's configuration, by key such as `proxy1_address`. */
  readonly keptSettings?: Readonly<Record<string, string>>;
  readonly clock?: PhoneClock;
  /** Told everything that happens, in order. */
  readonly onEvent?: (event: PhoneEvent) => void;
}

/** What a phone holds in its flash. */
export type Flash =
  /** G1 or G2: one image that is loader and application at once. */
  | { readonly kind: 'image'; readonly load: string }
  /** G3: the Universal Application Loader and, if there is one, an application. */
  | {
      readonly kind: 'loader';
      readonly loader: string;
      readonly platform: string;
      readonly application: string | null;
    }
  /** A Java phone; `load` is null where only the boot loader is left, `build` is the label of its archives. */
  | {
      readonly kind: 'java';
      readonly load: string | null;
      readonly build: string;
      readonly trust: readonly SigningKey[];
      /** What the archives' names say; null for the oldest loads, which have no protocol in them. */
      readonly protocol: 'SIP' | 'SCCP' | null;
    }
  | { readonly kind: 'dead' };

/** A load that a phone was shown, and by which file. */
export interface ShownLoad {
  readonly load: string;
  readonly file: string;
  readonly isForMe: boolean;
}

/** A phone that speaks TFTP from an address of its own and follows the dossiers. Nothing runs before `start()`. */
export interface EmulatedPhone {
  readonly mac: string;
  readonly model: ModelId;
  readonly address: string;
  readonly flash: Flash;
  /** The software that runs: an application's load, a loader's name, `boot-loader`, or null without power. */
  readonly running: string | null;
  /** Everything that happened, in order. */
  readonly records: readonly PhoneEvent[];
  /** The names asked for, in order, repeats on one port left out. */
  readonly asked: readonly string[];
  readonly shown: readonly ShownLoad[];
  /** What stands on the display. */
  readonly screen: string;
  /** Powers the phone on. Rejects when its address cannot be used. */
  start(): Promise<void>;
  /** Takes the phone off the network; resolves when no socket and no timer is left. */
  stop(): Promise<void>;
  /** Pulls the plug and puts it back. */
  powerCycle(): void;
  /** Takes the power away, as a switch does at its port, until `plugIn()`; what is being written is lost as with any cut. */
  unplug(): void;
  /** Gives the power back: the phone boots. Does nothing to a phone that has it. */
  plugIn(): void;
  /** The first line calls an extension, speaks for two seconds and hangs up. Rejects where no line is registered. */
  call(extension: string): Promise<CallStory>;
  /** How often the phone asked for files of this name or pattern. */
  wasAsked(file: string): number;
  /** Whether a file named this load, or any load at all, to this phone. */
  wasShown(load?: string): boolean;
  /**
   * Whether the load runs as application (or loader) and has asked its config since it started; where it found one, what it asks after
   * that, too: only that shows a server that the load runs.
   */
  hasLanded(load: string): boolean;
  /** Resolves with the first record, past or future, that fits; rejects when the phone is stopped before. */
  until(fits: (event: PhoneEvent) => boolean): Promise<PhoneEvent>;
  /** Resolves when `hasLanded(load)`; rejects when the phone is stopped before. */
  untilLanded(load: string): Promise<void>;
}

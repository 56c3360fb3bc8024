import type { WallMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { KnownPlace } from '../core/switch/bench-map.ts';
import type { SwitchSeen } from '../core/switch/switch-seen.ts';

export const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export const PRIV_PROTOCOLS = ['des', 'aes', 'aes256b', 'aes256r'] as const;

/** A user of SNMPv3, without its keys. */
export interface SwitchUser {
  readonly name: string;
  /** Null where nothing is signed. */
  readonly auth: (typeof AUTH_PROTOCOLS)[number] | null;
  /** Null where nothing is encrypted. */
  readonly priv: (typeof PRIV_PROTOCOLS)[number] | null;
}

/** A switch that is asked by SNMP, or this machine, which is asked through lldpd; as far as everybody may know. */
export interface SwitchEntry {
  /** What the operator calls it, in small letters; it stands before its ports. */
  readonly name: string;
  /** For lldpd `lldpd`, or `lldpd:` with the path of its socket. */
  readonly address: string;
  /** 0 for lldpd. */
  readonly port: number;
  readonly version: '1' | '2c' | '3' | 'lldpd';
  /** For version 3; null for the others. */
  readonly user: SwitchUser | null;
  readonly addedAt: WallMs;
}

/** The path of the socket in the address of an lldpd; null where it is the one that lldpcli takes by itself. */
export function socketOfLldpd(address: string): string | null {
  return address.startsWith('lldpd:') ? address.slice('lldpd:'.length) : null;
}

/** What opens a switch: a community, or the keys of a user; none of them for lldpd. */
export interface SwitchSecret {
  readonly community: string | null;
  readonly authKey: string | null;
  readonly privKey: string | null;
}

/** A switch with what opens it. */
export interface SwitchAccess extends SwitchEntry {
  readonly secret: SwitchSecret;
}

/** A switch as the record keeps it: all of it can be read but the secret. */
export interface SealedSwitch extends SwitchEntry {
  readonly sealed: Uint8Array;
  /** Tells which key opens it. */
  readonly keyId: string;
}

/** Where switches are kept, and where phones hang. */
export interface SwitchShelf {
  /** Every switch, in the order of their names. */
  sealedSwitches(): readonly SealedSwitch[];
  /** Adds one, or puts it in the place of the one of that name; durable on return. */
  keepSwitch(one: SealedSwitch): void;
  /** False where there was none. Where its phones hang is forgotten with it. */
  forgetSwitch(name: string): boolean;
  /** Where phones hang, or hung last. */
  places(): ReadonlyMap<MacAddress, KnownPlace>;
  /** Keeps where phones hang, each in the place of what was known of it. */
  keepPlaces(places: Iterable<readonly [MacAddress, KnownPlace]>): void;
  /** Ports whose power has to come back. */
  darkPorts(): readonly DarkPort[];
  /** Durable on return. */
  keepDark(port: DarkPort): void;
  dropDark(port: Pick<DarkPort, 'switchName' | 'group' | 'port'>): void;
}

/** A port whose power was taken away and has to come back. */
export interface DarkPort {
  readonly switchName: string;
  readonly group: number;
  readonly port: number;
  /** As the switch names it. */
  readonly portName: string;
  readonly offAt: WallMs;
}

/** Whoever gives and takes the power of ports. */
export interface PortPowerWriter {
  /**
   * Writes, and resolves with what the switch reads then; rejects with AppError as `SwitchWalker` does. Nothing is sent, and nothing sent again, once
   * `isStillSo` says no.
   */
  set(
    access: SwitchAccess,
    power: { readonly group: number; readonly port: number },
    isOn: boolean,
    isStillSo?: () => boolean,
  ): Promise<{ readonly isOn: boolean; readonly isOff: boolean; readonly isGiven: boolean }>;
  /** Whether a port has link; rejects as above. */
  hasLink(access: SwitchAccess, ifIndex: number): Promise<boolean>;
}

/** How one walk went. */
export interface Walked {
  readonly seen: SwitchSeen;
  readonly tookMs: number;
}

/** Whoever asks switches. */
export interface SwitchWalker {
  /**
   * Rejects with AppError `E_SWITCH_SILENT`, `E_SWITCH_REFUSED` or `E_SWITCH_ANSWER`, for lldpd with `E_LLDPCLI_MISSING`, `E_LLDPD_SILENT`,
   * `E_LLDPD_REFUSED` or `E_LLDPD_ANSWER`; with the last of either where it is broken off by `signal`.
   */
  walk(access: SwitchAccess, signal?: AbortSignal): Promise<Walked>;
}

/** Hears switches that say by themselves that a link came up or went down. Nothing that they say is believed: it is a reason to ask. */
export interface LinkEar {
  /** Tells the name of the switch each time; what it gives ends that. */
  onLink(hear: (switchName: string) => void): () => void;
}

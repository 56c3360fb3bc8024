import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TftpHandler } from '../../ports/tftp.ts';
import type { FolderOwner } from './folder-nodes.ts';

/** What a folder that is asked needs of the world. */
export interface FolderServerOptions {
  /** Where the folders are to be found; nothing is stored there. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly handler: TftpHandler;
  /** The program that is answered, as the kernel calls it; nobody else is. */
  readonly program: string;
  /** Why no process of that program may be answered of which this says no. */
  readonly trusted?: { readonly isTrusted: (pid: number) => Promise<boolean>; readonly reason: string };
  /** Tells what that program has sent where it does not say so itself. */
  readonly ear?: (sent: (what: SentFile) => void) => SentEar;
  /** Told when the folder is not there any more; the transfers under way have been broken off. */
  readonly onLost?: () => void;
  /** Finds an owner among those who have a folder now. */
  readonly ownerOf: (folder: string) => FolderOwner | null;
  /** Where a phone is; null where nobody can tell. */
  readonly addressOf: (mac: MacAddress) => Promise<PhonePlace | null>;
}

/** Where a phone is now. */
export interface PhonePlace {
  readonly address: string;
  /** False for a while after it came there: who else has its earlier address may be taken for it. */
  readonly isSteady: boolean;
}

/** A file whose last block was acknowledged. */
export interface SentFile {
  readonly address: string;
  /** As it was asked. */
  readonly name: string;
  readonly bytes: number;
  /** When it was asked. */
  readonly askedAt: WallMs;
}

/** What hears how transfers of another server end. */
export interface SentEar {
  start(): Promise<void>;
  stop(): Promise<void>;
}

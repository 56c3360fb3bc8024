import { readFile } from 'node:fs/promises';
import { classifyName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { Seldom } from '../../core/seldom.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TftpAnswer, TftpHandler, TftpServer } from '../../ports/tftp.ts';
import { EAR, FolderNodes, type FolderOwner, ROOT } from './folder-nodes.ts';
import { type FuseAnswer, FuseMount } from './fuse-mount.ts';
import {
  attributesOf,
  entryOf,
  FUSE,
  type FuseQuestion,
  forgottenOne,
  forgottenOnes,
  openedAs,
  REFUSED,
  readWish,
  writtenBytes,
  wrote,
} from './fuse-wire.ts';
import { GivenFile } from './given-file.ts';

export interface FolderServerOptions {
  /** Where the folders are to be found; nothing is stored there. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly handler: TftpHandler;
  /** The program that is answered, as the kernel calls it; nobody else is. */
  readonly program: string;
  /** Tells what that program has sent where it does not say so itself: to whom, under which name as it was asked, and how much. */
  readonly ear?: (sent: (address: string, name: string, bytes: number) => void) => SentEar;
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

/** What hears how transfers of another server end. */
export interface SentEar {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The other server waits meanwhile, with all that it does (invented). */
const ANSWER_MS = 2_500;
/** So long a question waits for how the file before it ended (invented). */
const DOUBT_MS = 200;
/** The file to which `dhcp-script` writes what it was told. */
const EAR_NAME = 'told';

/** Answers phones that ask another server, out of folders which that server reads and which are decided upon when it asks. */
export class FolderServer implements TftpServer {
  readonly #options: FolderServerOptions;
  readonly #mount: FuseMount;
  readonly #ear: SentEar | null;
  readonly #seldom = new Seldom();
  readonly #nodes = new FolderNodes();
  #deciding = 0;
  #isEnding = false;
  #whenIdle: (() => void) | null = null;

  constructor(options: FolderServerOptions) {
    this.#options = options;
    this.#ear = options.ear?.((address, name, bytes) => this.#noteSent(address, name, bytes)) ?? null;
    this.#mount = new FuseMount(
      options.folder,
      (question) => this.#answer(question),
      (reason) => options.log.error({ event: 'folder.lost', folder: options.folder, reason }),
    );
  }

  async start(): Promise<{ readonly address: string; readonly port: number }> {
    await this.#ear?.start();
    this.#mount.start();
    // The port is that of the other server.
    return { address: '0.0.0.0', port: 69 };
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#mount.stop();
    await this.#ear?.stop();
    for (const { file } of this.#nodes.files()) file.breakOff('the server was stopped');
  }

  /** How many answers are being decided or sent. */
  underWay(): number {
    return this.#deciding + this.#nodes.files().filter(({ file }) => !file.hasEnded).length;
  }

  /** Answers no new question; resolves when what is under way has ended, or after `limitMs`, with how much has not. */
  drain(limitMs: number): Promise<number> {
    this.#isEnding = true;
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#whenIdle = null;
        resolve(this.underWay());
      };
      const cancel = clock.wakeAt(clock.now() + limitMs, end);
      this.#whenIdle = end;
      this.#mayBeIdle();
    });
  }

  #mayBeIdle(): void {
    if (this.#whenIdle !== null && this.underWay() === 0) this.#whenIdle();
  }

  #answer(question: FuseQuestion): FuseAnswer | Promise<FuseAnswer> {
    const { kind, node, body } = question;
    const file = this.#nodes.file(node)?.file;
    const known = this.#nodes.known(node);
    switch (kind) {
      case FUSE.lookup:
        return this.#lookUp(question, body.toString('latin1', 0, body.indexOf(0)));
      case FUSE.getattr:
      case FUSE.setattr:
        return known === null ? REFUSED.noEntry : attributesOf(known);
      case FUSE.open:
        // dnsmasq runs its script as root.
        if (node === EAR && question.uid !== 0) return REFUSED.noAccess;
        file?.opened();
        return known === null ? REFUSED.noEntry : openedAs(known);
      case FUSE.read: {
        const { from, length } = readWish(body);
        return file?.read(from, length).then((bytes) => bytes ?? REFUSED.notNow) ?? REFUSED.notNow;
      }
      case FUSE.write: {
        if (node !== EAR) return REFUSED.noAccess;
        const bytes = writtenBytes(body);
        this.#hear(bytes.toString('latin1'));
        return wrote(bytes.length);
      }
      case FUSE.release:
        file?.closed();
        return NO_WORDS;
      case FUSE.opendir:
        return known === null ? REFUSED.noEntry : openedAs(known);
      case FUSE.flush:
      case FUSE.releasedir:
      // Nobody is told what names there are: there are none before they are asked for.
      case FUSE.readdir:
        return NO_WORDS;
      case FUSE.forget:
        this.#nodes.forget(node, forgottenOne(body));
        return null;
      case FUSE.batchForget:
        for (const one of forgottenOnes(body)) this.#nodes.forget(one.node, one.lookUps);
        return null;
      case FUSE.interrupt:
      case FUSE.destroy:
        return null;
      default:
        return REFUSED.notKnown;
    }
  }

  async #lookUp({ node, uid, pid }: FuseQuestion, name: string): Promise<FuseAnswer> {
    if (node === ROOT) {
      if (name === EAR_NAME && this.#ear === null) return entryOf({ node: EAR, kind: 'ear', sizeBytes: 0, uid: 0 });
      const owner = this.#options.ownerOf(name);
      return owner === null ? REFUSED.noEntry : this.#folder(owner, '');
    }
    const folder = this.#nodes.folder(node);
    if (folder === undefined || this.#isEnding || !(await this.#isAnswered(pid))) return REFUSED.noEntry;
    // Every file that a phone asks for has a point in its name, and no folder has (invented).
    if (!name.includes('.')) return this.#folder(folder.owner, `${folder.prefix}${name}/`);
    return this.#give(folder.owner, `${folder.prefix}${name}`, uid);
  }

  #folder(owner: FolderOwner, prefix: string): FuseAnswer {
    const told = this.#nodes.tellFolder(owner, prefix);
    return told === null ? REFUSED.noEntry : entryOf(told);
  }

  /** Whoever else looks in here, as a backup does, is no phone that asks. */
  async #isAnswered(pid: number): Promise<boolean> {
    const comm = await readFile(`/proc/${pid}/comm`, 'latin1').catch(() => '');
    return comm.trim() === this.#options.program;
  }

  async #give(owner: FolderOwner, name: string, uid: number): Promise<FuseAnswer> {
    // What is asked in the name of another phone is nobody's.
    const named = classifyName(name).mac;
    if (owner.mac !== null && named !== null && named !== owner.mac) return REFUSED.noEntry;
    const again = this.#again(owner, name);
    if (again !== null) return again;
    if (this.#nodes.isFull) return REFUSED.noEntry;
    this.#deciding++;
    try {
      const answer = await this.#decide(owner, name);
      if (answer.kind !== 'content') return REFUSED.noEntry;
      const { clock } = this.#options;
      const file = new GivenFile({ clock, name, content: answer.content, watcher: answer.watcher ?? null });
      void file.ended.then(() => this.#mayBeIdle());
      return entryOf(this.#nodes.addFile(owner, file, uid));
    } finally {
      this.#deciding--;
      this.#mayBeIdle();
    }
  }

  /** A phone that repeats its question from the same port is one question; dnsmasq asks for the file again and does not tell the port. */
  #again(owner: FolderOwner, name: string): FuseAnswer | null {
    const last = this.#nodes.files().findLast((one) => one.owner.folder === owner.folder);
    if (last === undefined || last.file.name !== name || last.file.hasEnded) return null;
    return entryOf(this.#nodes.tellFile(last));
  }

  async #decide(owner: FolderOwner, name: string): Promise<TftpAnswer> {
    const { clock, handler, log, addressOf } = this.#options;
    const doubtful = this.#nodes.files().filter((one) => one.owner.folder === owner.folder && one.file.isInDoubt);
    if (doubtful.length > 0) await this.#within(DOUBT_MS, Promise.all(doubtful.map(({ file }) => file.ended)));
    const place = owner.mac === null ? null : await addressOf(owner.mac);
    const peerAddress = owner.address ?? place?.address ?? null;
    const at = clock.now();
    // Its own name tells who asks.
    if (place?.isSteady === false && classifyName(name).mac !== owner.mac) return NOTHING;
    if (peerAddress === null) {
      this.#seldom.say('folder.no-address', at, (more) =>
        log.warn({ event: 'folder.no-address', mac: owner.mac, asked: { name }, reason: NO_ADDRESS, ...more }),
      );
      return NOTHING;
    }
    const told = owner.mac === null ? {} : { mac: owner.mac };
    const decided = handler({ at, peerAddress, peerPort: 0, name, mode: 'octet', ...told }).catch((error: unknown) => {
      log.error({ event: 'folder.failed', asked: { name }, reason: String(error) });
      return NOTHING;
    });
    const answer = await this.#within(ANSWER_MS, decided);
    if (answer !== null) return answer;
    this.#seldom.say('folder.late', at, (more) => log.warn({ event: 'folder.late', asked: { name }, ...more }));
    void decided.then((late) => {
      if (late.kind === 'content')
        late.watcher?.failed({ at: clock.now(), bytes: 0, tookMs: 0, reason: 'stopped', message: TOO_LATE });
    });
    return NOTHING;
  }

  /** What comes within so many milliseconds, or null. */
  #within<T>(ms: number, what: Promise<T>): Promise<T | null> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.wakeAt(clock.now() + ms, () => resolve(null));
      void what.then((value) => {
        cancel();
        resolve(value);
      });
    });
  }

  /** `tftp 24000 192.168.1.50 /srv/tftp/00-18-b9-c0-ff-ee/P0S3-05-3-00.bin`, as dnsmasq gives it to `dhcp-script` (dnsmasq(8)). */
  #hear(text: string): void {
    for (const line of text.split('\n')) {
      const [, size = '', path = ''] = /^tftp (\d{1,12}) \S+ (.+)$/.exec(line) ?? [];
      for (const { file, owner } of this.#nodes.files()) {
        if (file.hasEnded || !path.endsWith(`/${owner.folder}/${file.name}`)) continue;
        file.sent(Number(size));
        break;
      }
    }
  }

  #noteSent(address: string, asked: string, bytes: number): void {
    const name = asked.replace(/^(\.?\/)+/, '');
    for (const { file, owner } of this.#nodes.files()) {
      if (file.hasEnded || owner.address !== address || file.name !== name) continue;
      file.sent(bytes);
      break;
    }
  }
}

const NO_WORDS = new Uint8Array(0);
const NOTHING: TftpAnswer = { kind: 'silence' };
const TOO_LATE = 'the answer came too late, and the other server said "file not found"';
const NO_ADDRESS =
  'neither the neighbour table nor a lease file tells where this phone is; name the lease file of the DHCP server with --leases';

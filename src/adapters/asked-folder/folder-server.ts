import { readFile } from 'node:fs/promises';
import { BoundedMap } from '../../core/bounded-map.ts';
import { AppError } from '../../core/errors.ts';
import { Seldom } from '../../core/seldom.ts';
import type { TftpServer } from '../../ports/tftp.ts';
import { EAR, type FolderNodes, type FolderOwner, ROOT } from './folder-nodes.ts';
import { FolderQuestions } from './folder-questions.ts';
import type { FolderServerOptions, SentEar } from './folder-wishes.ts';
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

/** Processes at a time (invented). */
const MOST_REFUSED = 64;
/** Attempts to lay the folder anew, one in five seconds, before nothing is left but to end: as long as a redirect holds that is not renewed (invented). */
const MOST_FAILURES = 4;
/** The file to which `dhcp-script` writes what it was told. */
const EAR_NAME = 'told';

/** Answers phones that ask another server, out of folders which that server reads and which are decided upon when it asks. */
export class FolderServer implements TftpServer {
  readonly #options: FolderServerOptions;
  readonly #mount: FuseMount;
  readonly #ear: SentEar | null;
  readonly #questions: FolderQuestions;
  readonly #nodes: FolderNodes;
  /** What was refused to a process, as long as it has asked for nothing else. */
  readonly #refused = new BoundedMap<number, string>(MOST_REFUSED);
  readonly #seldom = new Seldom();
  #isEnding = false;
  /** Why the folder is not there; null while it is. */
  #lost: string | null = null;
  #failures = 0;
  #whenIdle: (() => void) | null = null;

  constructor(options: FolderServerOptions) {
    this.#options = options;
    this.#questions = new FolderQuestions(options, () => this.#mayBeIdle());
    this.#nodes = this.#questions.nodes;
    this.#ear = options.ear?.((what) => this.#questions.noteSent(what)) ?? null;
    this.#mount = new FuseMount(
      options.folder,
      EAR_NAME,
      (question) => this.#answer(question),
      (reason) => this.#lose(reason),
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
    this.#questions.breakOff('the server was stopped');
  }

  /**
   * Lays the folder anew where it is not there any more, and gives whether it was not. Throws AppError `E_REDIRECT_REFUSED` where that cannot be done,
   * and `E_FOLDER_LOST` where it could not be done again and again.
   */
  restore(): boolean {
    if (this.#isEnding || this.#mount.isThere()) return false;
    // What was taken away while somebody still had a file of it open is not missed otherwise.
    if (this.#lost === null) this.#lose('somebody has unmounted it, or mounted something else there');
    try {
      this.#mount.stop();
      this.#mount.start();
    } catch (error) {
      this.#failures++;
      const [why, { message }] = [this.#lost, error as AppError];
      const text = `${this.#options.folder} is lost: ${why}; and it cannot be laid anew: ${message}`;
      throw new AppError(this.#failures < MOST_FAILURES ? 'E_REDIRECT_REFUSED' : 'E_FOLDER_LOST', text, {
        cause: error,
      });
    }
    this.#lost = null;
    this.#failures = 0;
    this.#options.log.warn({ event: 'folder.restored', folder: this.#options.folder });
    return true;
  }

  #lose(reason: string): void {
    this.#lost = reason;
    this.#options.log.error({ event: 'folder.lost', folder: this.#options.folder, reason });
    this.#questions.breakOff(`the folder was lost: ${reason}`);
    this.#options.onLost?.();
  }

  /** How many answers are being decided or sent. */
  underWay(): number {
    return this.#questions.underWay();
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
        const bytes = file?.read(from, length) ?? null;
        return bytes instanceof Promise ? bytes.then((read) => read ?? REFUSED.notNow) : (bytes ?? REFUSED.notNow);
      }
      case FUSE.write: {
        if (node !== EAR) return REFUSED.noAccess;
        const bytes = writtenBytes(body);
        this.#questions.hear(bytes.toString('latin1'));
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
    const refused = this.#refused.get(pid);
    this.#refused.delete(pid);
    if (node === ROOT) {
      if (name === EAR_NAME && this.#ear === null) return entryOf({ node: EAR, kind: 'ear', sizeBytes: 0, uid: 0 });
      const owner = this.#options.ownerOf(name);
      return owner === null ? REFUSED.noEntry : this.#folder(owner, '');
    }
    const folder = this.#nodes.folder(node);
    if (folder === undefined || this.#isEnding || !(await this.#isAnswered(pid))) return REFUSED.noEntry;
    // Every file that a phone asks for has a point in its name, and no folder has (invented).
    if (!name.includes('.')) return this.#folder(folder.owner, `${folder.prefix}${name}/`);
    // The kernel asks twice where it knew a file of that name; whoever opens the name once more comes through the folder.
    const place = `${node} ${name}`;
    if (refused === place) return REFUSED.noEntry;
    const given = await this.#questions.give(folder.owner, `${folder.prefix}${name}`, uid);
    if (given !== null) return entryOf(given);
    this.#refused.set(pid, place);
    return REFUSED.noEntry;
  }

  #folder(owner: FolderOwner, prefix: string): FuseAnswer {
    const told = this.#nodes.tellFolder(owner, prefix);
    return told === null ? REFUSED.noEntry : entryOf(told);
  }

  /** Whoever else looks in here, as a backup does, is no phone that asks. */
  async #isAnswered(pid: number): Promise<boolean> {
    const comm = await readFile(`/proc/${pid}/comm`, 'latin1').catch(() => '');
    const { program, trusted, clock, log } = this.#options;
    if (comm.trim() !== program) return false;
    if (trusted === undefined || (await trusted.isTrusted(pid))) return true;
    const tell = (more: object) => log.error({ event: 'folder.untrusted', reason: trusted.reason, ...more });
    this.#seldom.say('folder.untrusted', clock.now(), tell);
    return false;
  }
}

const NO_WORDS = new Uint8Array(0);

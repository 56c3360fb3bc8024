import { classifyName } from '../../core/names/asked-name.ts';
import { Seldom } from '../../core/seldom.ts';
import type { TftpAnswer } from '../../ports/tftp.ts';
import { type FileNode, FolderNodes, type FolderOwner, tellFile } from './folder-nodes.ts';
import type { FolderServerOptions, SentFile } from './folder-wishes.ts';
import type { FuseNode } from './fuse-wire.ts';
import type { GivenFile } from './given-file.ts';
import { GivenQuestion } from './given-question.ts';
import { SentWords } from './sent-words.ts';

/** The other server waits meanwhile, with all that it does (invented). */
const ANSWER_MS = 2_500;
/** So long a question waits for how the file before it ended (invented). */
const DOUBT_MS = 200;
/** The other server opens a file so soon after it was asked, or not at all (invented). */
const OPENS_WITHIN_MS = 10_000;
/** The clock of the machine is read in whole milliseconds. */
const ROUNDED_MS = 1;

type Options = Pick<FolderServerOptions, 'clock' | 'log' | 'handler' | 'addressOf' | 'ear'>;

/** What phones have asked another server, what that server was given for it, and what became of it. */
export class FolderQuestions {
  readonly nodes: FolderNodes;
  readonly #options: Options;
  readonly #words: SentWords;
  readonly #whenIdle: () => void;
  readonly #seldom = new Seldom();
  #deciding = 0;

  /** `whenIdle` is called when something has ended that was under way. */
  constructor(options: Options, whenIdle: () => void) {
    this.#options = options;
    this.#whenIdle = whenIdle;
    this.nodes = new FolderNodes(options.clock);
    this.#words = new SentWords(options.clock);
  }

  /** How many answers are being decided or sent. */
  underWay(): number {
    const all = new Set(this.nodes.files().map(({ question }) => question));
    return this.#deciding + [...all].filter((question) => !question.hasEnded).length;
  }

  /** Nothing of what is under way can be read any more. */
  breakOff(why: string): void {
    for (const { question } of this.nodes.files()) question.breakOff(why);
    this.nodes.forgetAll();
  }

  /** What dnsmasq tells its script. */
  hear(text: string): void {
    for (const line of text.split('\n')) this.#words.hear(line);
  }

  /** A file for what is asked by `uid`; null where there is none. */
  async give(owner: FolderOwner, name: string, uid: number): Promise<FuseNode | null> {
    // What is asked in the name of another phone is nobody's.
    const named = classifyName(name).mac;
    if (owner.mac !== null && named !== null && named !== owner.mac) return null;
    const open = this.nodes.files().filter(({ owner: its, question }) => isOpenFor(its, owner, question));
    const last = open.at(-1);
    if (last?.question.name === name) {
      // The kernel asks twice where it knew another file of that name.
      if (!last.file.wasOpened && !last.file.hasEnded) return tellFile(last);
      if (last.question.isRepeatedAt(this.#options.clock.now())) return this.nodes.addFile(owner, last.question, uid);
    }
    if (this.nodes.isFull) return null;
    this.#deciding++;
    const before = new Set(open.filter((one) => one.question.name === name).map(({ question }) => question));
    for (const question of before) question.supersede();
    try {
      const answer = await this.#decide(owner, name);
      for (const question of before)
        if (answer.kind !== 'content' || !question.gives(answer.content)) question.withdraw();
      if (answer.kind !== 'content') return null;
      const { clock } = this.#options;
      const question = new GivenQuestion({
        ...{ clock, name, content: answer.content, watcher: answer.watcher ?? null },
        isCurrent: answer.isCurrent ?? (() => false),
        closed: (its, file, isDoubtful) => this.#closed(owner, its, file, isDoubtful),
      });
      void question.ended.then(() => this.#whenIdle());
      return this.nodes.addFile(owner, question, uid);
    } finally {
      this.#deciding--;
      this.#whenIdle();
    }
  }

  #closed(owner: FolderOwner, question: GivenQuestion, file: GivenFile, isDoubtful: boolean): void {
    if (this.#options.ear === undefined)
      this.#words.closed(`${owner.folder}/${question.name}`, question, file, isDoubtful);
    // What it hears tells each transfer apart.
    else if (file.isWhole) question.doubt();
    else file.end();
  }

  async #decide(owner: FolderOwner, name: string): Promise<TftpAnswer> {
    const { clock, handler, log, addressOf } = this.#options;
    const files = this.nodes.files().filter((one) => isOpenFor(one.owner, owner, one.question));
    const doubtful = files.filter(({ question }) => question.isInDoubt);
    if (doubtful.length > 0) await this.#within(DOUBT_MS, Promise.all(doubtful.map(({ question }) => question.ended)));
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

  /** Of several datagrams with that name, the one is meant for which the other server was given a file next. */
  noteSent({ address, name: asked, bytes, askedAt }: SentFile): void {
    const name = asked.replace(/^(\.?\/)+/, '');
    const isMeant = ({ owner, file }: FileNode) => {
      const waited = file.at.wall - askedAt;
      return owner.address === address && file.name === name && waited > -ROUNDED_MS && waited < OPENS_WITHIN_MS;
    };
    this.nodes.files().find(isMeant)?.question.sent(bytes);
  }
}

function isOpenFor(its: FolderOwner, owner: FolderOwner, question: GivenQuestion): boolean {
  return its.folder === owner.folder && !question.hasEnded;
}

const NOTHING: TftpAnswer = { kind: 'silence' };
const TOO_LATE = 'the answer came too late, and the other server said "file not found"';
const NO_ADDRESS =
  'neither the neighbour table nor a lease file tells where this phone is; name the lease file of the DHCP server with --leases';

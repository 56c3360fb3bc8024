/** Something that can be set up anew, moved, and looked at. It has to do the same for the same moves. */
export interface Explored {
  /** What may happen now, in an order that never changes. */
  moves(): readonly string[];
  /** Whether a move, made now, is one that happens anyway, and no deed of the adversary. */
  isFair(move: string): boolean;
  /** Lets one of them happen; throws `Violation` when what must never happen did. */
  make(move: string): Promise<void>;
  /** States with the same key behave alike: it leaves out what makes no difference. */
  key(): string;
  /** What the checks of the whole graph ask of this state. */
  facts(): StateFacts;
  /** Ends it; nothing of it is used again. */
  end(): Promise<void>;
}

/** What is asked of a state once everything is explored. */
export interface StateFacts {
  /** Nothing more is expected of anybody: landed, held with a code, or off the list. */
  readonly isSettled: boolean;
  readonly hasLanded: boolean;
  /** Landing may be asked for: the store holds what it takes, and what the operator says is not wrong. */
  readonly mayLand: boolean;
  /** For the story of a violation. */
  readonly words: string;
}

/** A property of safety that did not hold. */
export class Violation extends Error {
  readonly property: string;

  constructor(property: string, message: string) {
    super(message);
    this.property = property;
  }
}

export interface Finding {
  readonly property: string;
  readonly message: string;
  /** The moves that lead there, from the start. */
  readonly moves: readonly string[];
}

export interface Explanation {
  readonly states: number;
  readonly transitions: number;
  /** The most moves on a way found to any state. */
  readonly depth: number;
  /** True when every move of every state within the bounds was made: nothing new can appear. */
  readonly isComplete: boolean;
  readonly findings: readonly Finding[];
}

export interface ExploreLimits {
  /** How many deeds of the adversary may stand on the way to a state, wherever they stand; fair moves are without number. */
  readonly mostDeeds?: number;
  readonly mostStates?: number;
  readonly mostMs?: number;
  readonly mostFindings?: number;
}

interface Node {
  readonly key: string;
  readonly facts: StateFacts;
  /** Fair moves, then deeds. */
  readonly moves: readonly string[];
  readonly fair: number;
  readonly out: Map<string, Node>;
  parent: { readonly node: Node; readonly move: string } | null;
  /** The fewest deeds on any way found here, and the moves on that way. */
  deeds: number;
  depth: number;
  /** The first move that was not made yet. */
  next: number;
}

/**
 * Explores everything that can happen until no state has a move that was not made. A living world is walked on from where it is while it
 * leads to something new; else one is set up anew and led to the first state with an open move. A state to which a way with fewer deeds
 * is found later may have moves again that were too many before.
 */
export class Explorer {
  readonly #start: () => Promise<Explored>;
  readonly #nodes = new Map<string, Node>();
  readonly #open: Node[] = [];
  readonly #findings: Finding[] = [];
  #transitions = 0;
  #mostDeeds = Number.POSITIVE_INFINITY;

  constructor(start: () => Promise<Explored>) {
    this.#start = start;
  }

  async explore(limits: ExploreLimits = {}): Promise<Explanation> {
    this.#mostDeeds = limits.mostDeeds ?? Number.POSITIVE_INFINITY;
    const { mostStates = Number.POSITIVE_INFINITY, mostMs = Number.POSITIVE_INFINITY, mostFindings = 20 } = limits;
    const begin = performance.now();
    let world: Explored | null = await this.#start();
    const root = this.#enter(world, null);
    let here = root;
    const isOver = () =>
      this.#nodes.size >= mostStates || performance.now() - begin > mostMs || this.#findings.length >= mostFindings;
    while (!isOver()) {
      if (world === null || !this.#isOpen(here)) {
        const nearest = this.#nearest();
        if (nearest === null) break;
        await world?.end();
        world = await this.#lead(nearest);
        here = nearest;
        if (world === null) continue;
      }
      const move = here.moves[here.next++] ?? '';
      this.#transitions++;
      const failed = await this.#make(world, here, move);
      if (failed) {
        await world.end();
        world = null;
        continue;
      }
      const there = this.#enter(world, { node: here, move });
      here.out.set(move, there);
      if (there.parent?.node !== here) this.#relax(there, here, move);
      here = there;
    }
    await world?.end();
    const isComplete = this.#nearest() === null;
    return {
      states: this.#nodes.size,
      transitions: this.#transitions,
      depth: [...this.#nodes.values()].reduce((most, { depth }) => Math.max(most, depth), 0),
      isComplete,
      findings: this.#findings,
    };
  }

  /**
   * The states from which `fair` moves alone, each made as often as it can be, come to nothing: they go round without an end in states that
   * are not settled. Asked after `explore`.
   */
  endless(fair: string): readonly Finding[] {
    const verdicts = new Map<Node, boolean>();
    for (const node of this.#nodes.values()) {
      const way: Node[] = [];
      const onWay = new Set<Node>();
      let at: Node | undefined = node;
      while (at !== undefined && !verdicts.has(at) && !onWay.has(at)) {
        way.push(at);
        onWay.add(at);
        at = at.out.get(fair);
      }
      // A way that was not explored to its end says nothing.
      let isFine = at === undefined || (verdicts.get(at) ?? true);
      if (at !== undefined && onWay.has(at)) {
        const round = way.slice(way.indexOf(at));
        isFine = round.some(({ facts }) => facts.isSettled);
      }
      for (const one of way) verdicts.set(one, isFine);
    }
    const lost = nearestOfEachKind([...verdicts].filter(([, isFine]) => !isFine).map(([node]) => node));
    return lost.map((node) => ({ property: 'endless wait', message: node.facts.words, moves: wayTo(node) }));
  }

  /** One way to each kind of state that `isOne` is true of, the shortest: kinds differ in their words. */
  waysTo(
    isOne: (facts: StateFacts) => boolean,
  ): readonly { readonly facts: StateFacts; readonly moves: readonly string[] }[] {
    const nodes = [...this.#nodes.values()].filter(({ facts }) => isOne(facts));
    return nearestOfEachKind(nodes).map((node) => ({ facts: node.facts, moves: wayTo(node) }));
  }

  async #make(world: Explored, here: Node, move: string): Promise<boolean> {
    try {
      await world.make(move);
      return false;
    } catch (error) {
      this.#note(error, [...wayTo(here), move]);
      return true;
    }
  }

  #enter(world: Explored, parent: Node['parent']): Node {
    const key = world.key();
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const all = world.moves();
    const fair = all.filter((move) => world.isFair(move));
    const moves = [...fair, ...all.filter((move) => !world.isFair(move))];
    const { deeds, depth } = parent === null ? { deeds: 0, depth: 0 } : stepFrom(parent.node, parent.move);
    const node: Node = {
      key,
      facts: world.facts(),
      moves,
      fair: fair.length,
      out: new Map(),
      parent,
      deeds,
      depth,
      next: 0,
    };
    this.#nodes.set(key, node);
    this.#open.push(node);
    return node;
  }

  /** A shorter way to a known state, with fewer deeds or as many, is one for everything that follows it, too. */
  #relax(there: Node, here: Node, move: string): void {
    const stack = [{ there, here, move }];
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      const { node, deeds, depth } = { node: one.there, ...stepFrom(one.here, one.move) };
      if (deeds > node.deeds || (deeds === node.deeds && depth >= node.depth)) continue;
      const wasOpen = this.#isOpen(node);
      Object.assign(node, { parent: { node: one.here, move: one.move }, deeds, depth });
      if (!wasOpen && this.#isOpen(node)) this.#open.push(node);
      for (const [next, after] of node.out) stack.push({ there: after, here: node, move: next });
    }
  }

  #isOpen({ next, deeds, fair, moves }: Node): boolean {
    return next < (deeds < this.#mostDeeds ? moves.length : fair);
  }

  /** The open state that was found first. */
  #nearest(): Node | null {
    for (let node = this.#open[0]; node !== undefined; node = this.#open[0]) {
      if (this.#isOpen(node)) return node;
      this.#open.shift();
    }
    return null;
  }

  /** A new world, led to a state; null where something that must never happen comes on the way there now. */
  async #lead(to: Node): Promise<Explored | null> {
    const world = await this.#start();
    const made: string[] = [];
    try {
      for (const move of wayTo(to)) {
        made.push(move);
        await world.make(move);
      }
      return world;
    } catch (error) {
      await world.end();
      this.#note(error, made);
      // The way is no way; what lies behind the state is found by another one, or not at all.
      to.next = to.moves.length;
      return null;
    }
  }

  #note(error: unknown, moves: readonly string[]): void {
    if (!(error instanceof Violation)) throw error;
    const { property, message } = error;
    if (this.#findings.some((one) => one.property === property && one.message === message)) return;
    this.#findings.push({ property, message, moves });
  }
}

function stepFrom(here: Node, move: string): { readonly deeds: number; readonly depth: number } {
  const isDeed = here.moves.indexOf(move) >= here.fair;
  return { deeds: here.deeds + Number(isDeed), depth: here.depth + 1 };
}

function nearestOfEachKind(nodes: readonly Node[]): Node[] {
  const nearest = new Map<string, Node>();
  for (const node of nodes) {
    const known = nearest.get(node.facts.words);
    if (known === undefined || node.depth < known.depth) nearest.set(node.facts.words, node);
  }
  return [...nearest.values()];
}

function wayTo(node: Node): string[] {
  const moves: string[] = [];
  for (let at = node.parent; at !== null; at = at.node.parent) moves.push(at.move);
  return moves.reverse();
}

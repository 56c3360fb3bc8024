/** Something that can be set up anew, moved, and looked at. It has to do the same for the same moves. */
export interface Explored {
  /** What may happen now, in an order that never changes. */
  moves(): readonly string[];
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
  /** The longest of the shortest ways found to any state. */
  readonly depth: number;
  /** True when every move of every state was made: nothing new can appear. */
  readonly isComplete: boolean;
  readonly findings: readonly Finding[];
}

export interface ExploreLimits {
  readonly mostStates?: number;
  readonly mostMs?: number;
  readonly mostFindings?: number;
}

interface Node {
  readonly key: string;
  readonly facts: StateFacts;
  readonly moves: readonly string[];
  readonly out: Map<string, Node>;
  parent: { readonly node: Node; readonly move: string } | null;
  depth: number;
  /** The first move that was not made yet. */
  next: number;
}

/**
 * Explores everything that can happen, nearest states first, until no state has a move that was not made. A living world is walked on
 * from where it is while it leads to something new; else one is set up anew and led to the nearest state with an open move.
 */
export class Explorer {
  readonly #start: () => Promise<Explored>;
  readonly #nodes = new Map<string, Node>();
  readonly #open: Node[] = [];
  readonly #findings: Finding[] = [];
  #transitions = 0;

  constructor(start: () => Promise<Explored>) {
    this.#start = start;
  }

  async explore(limits: ExploreLimits = {}): Promise<Explanation> {
    const { mostStates = Number.POSITIVE_INFINITY, mostMs = Number.POSITIVE_INFINITY, mostFindings = 20 } = limits;
    const begin = performance.now();
    let world: Explored | null = await this.#start();
    const root = this.#enter(world, null);
    let here = root;
    const isOver = () =>
      this.#nodes.size >= mostStates || performance.now() - begin > mostMs || this.#findings.length >= mostFindings;
    while (!isOver()) {
      if (world === null || here.next >= here.moves.length) {
        const nearest = this.#nearest();
        if (nearest === null) break;
        await world?.end();
        world = await this.#lead(root, nearest);
        here = nearest;
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
    return this.#worst(
      [...verdicts].filter(([, isFine]) => !isFine).map(([node]) => node),
      'endless wait',
    );
  }

  /** The states from which no way leads to a landing although the operator may do all of `helping`. Asked after `explore`. */
  deadEnds(helping: (move: string) => boolean): readonly Finding[] {
    const back = new Map<Node, Node[]>();
    for (const node of this.#nodes.values()) {
      for (const [move, to] of node.out) {
        if (!helping(move)) continue;
        back.set(to, [...(back.get(to) ?? []), node]);
      }
    }
    const good = new Set([...this.#nodes.values()].filter(({ facts }) => facts.hasLanded));
    const stack = [...good];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      for (const before of back.get(node) ?? []) {
        if (good.has(before)) continue;
        good.add(before);
        stack.push(before);
      }
    }
    const lost = [...this.#nodes.values()].filter((node) => node.facts.mayLand && !good.has(node));
    return this.#worst(
      lost.filter((node) => node.next >= node.moves.length),
      'dead end',
    );
  }

  /** One finding for each kind of state, the one nearest to the start. */
  #worst(nodes: readonly Node[], property: string): Finding[] {
    const nearest = new Map<string, Node>();
    for (const node of [...nodes].sort((a, b) => a.depth - b.depth)) {
      if (!nearest.has(node.facts.words)) nearest.set(node.facts.words, node);
    }
    return [...nearest.values()].map((node) => ({ property, message: node.facts.words, moves: wayTo(node) }));
  }

  async #make(world: Explored, here: Node, move: string): Promise<boolean> {
    try {
      await world.make(move);
      return false;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const { property, message } = error;
      if (!this.#findings.some((one) => one.property === property && one.message === message)) {
        this.#findings.push({ property, message, moves: [...wayTo(here), move] });
      }
      return true;
    }
  }

  #enter(world: Explored, parent: Node['parent']): Node {
    const key = world.key();
    const depth = parent === null ? 0 : parent.node.depth + 1;
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      if (depth < known.depth) {
        known.parent = parent;
        known.depth = depth;
      }
      return known;
    }
    const node: Node = { key, facts: world.facts(), moves: world.moves(), out: new Map(), parent, depth, next: 0 };
    this.#nodes.set(key, node);
    this.#open.push(node);
    return node;
  }

  /** The open state that was found first: states are found about in the order of their distance. */
  #nearest(): Node | null {
    for (let node = this.#open[0]; node !== undefined; node = this.#open[0]) {
      if (node.next < node.moves.length) return node;
      this.#open.shift();
    }
    return null;
  }

  async #lead(root: Node, to: Node): Promise<Explored> {
    const world = await this.#start();
    const way = wayTo(to);
    for (const move of way) await world.make(move);
    if (way.length === 0 && to !== root) throw new Error('a state without a way to it');
    return world;
  }
}

function wayTo(node: Node): string[] {
  const moves: string[] = [];
  for (let at = node.parent; at !== null; at = at.node.parent) moves.push(at.move);
  return moves.reverse();
}

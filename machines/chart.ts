import { phoneMachine } from './phone-machine.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly guard: string;
}

/** The phone machine as a Mermaid state diagram, drawn from the chart itself: a transition cannot be missing from it. */
export function chartMermaid(): string {
  const lines = ['stateDiagram-v2', '  [*] --> waiting'];
  for (const { from, to, event, guard } of edges()) {
    lines.push(`  ${from} --> ${to}: ${event}${guard === '' ? '' : ` [${guard}]`}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Every transition of the chart; those that hold in every state start at `any`. */
export function edges(): Edge[] {
  const found: Edge[] = [];
  for (const [event, transitions] of phoneMachine.root.transitions) {
    for (const one of transitions) found.push(edge('any', String(event), one));
  }
  for (const [state, node] of Object.entries(phoneMachine.states)) {
    for (const [event, transitions] of node.transitions) {
      for (const one of transitions) found.push(edge(state, String(event), one));
    }
  }
  return found;
}

function edge(
  from: string,
  event: string,
  one: { readonly target?: readonly { readonly key: string }[] | undefined; readonly guard?: unknown },
): Edge {
  return { from, to: one.target?.[0]?.key ?? from, event, guard: nameOf(one.guard) };
}

function nameOf(what: unknown): string {
  if (typeof what === 'string') return what;
  if (typeof what === 'object' && what !== null && 'type' in what) return String(what.type);
  return '';
}

/** The chart as plain JSON for tools that draw or edit charts: names stand for guards and actions. */
export interface ChartJson {
  readonly id: string;
  readonly initial: string;
  readonly on: Readonly<Record<string, readonly ChartTransition[]>>;
  readonly states: Readonly<Record<string, ChartState>>;
}

/** One state of the chart. */
export interface ChartState {
  readonly tags: readonly string[];
  /** Names of the actions that run when the state is entered. */
  readonly entry: readonly string[];
  readonly on: Readonly<Record<string, readonly ChartTransition[]>>;
}

/** One transition. Without `target` the state stays, without `guard` it always happens, without `actions` nothing is done. */
export interface ChartTransition {
  /** A state's name, with a dot in front where the transition holds in every state. */
  readonly target?: string;
  readonly guard?: string;
  readonly actions?: readonly string[];
  readonly reenter?: true;
}

/** The phone machine as JSON that `createMachine` of xstate and the tools around it take. */
export function chartJson(): ChartJson {
  const { root, states } = phoneMachine;
  return {
    id: root.id,
    initial: String(root.config.initial),
    on: transitionsOf(root, '.'),
    states: Object.fromEntries(
      Object.entries(states).map(([name, node]) => [
        name,
        { tags: [...node.tags].map(String), entry: node.entry.map(nameOf), on: transitionsOf(node, '') },
      ]),
    ),
  };
}

type Node = (typeof phoneMachine)['root'];

function transitionsOf(node: Pick<Node, 'transitions'>, prefix: string): ChartState['on'] {
  const all = [...node.transitions].map(([event, transitions]) => [
    String(event),
    transitions.map((one): ChartTransition => {
      const target = one.target?.[0]?.key;
      const guard = nameOf(one.guard);
      return {
        ...(target === undefined ? {} : { target: `${prefix}${target}` }),
        ...(guard === '' ? {} : { guard }),
        ...(one.actions.length === 0 ? {} : { actions: one.actions.map(nameOf) }),
        ...(one.reenter ? { reenter: true } : {}),
      };
    }),
  ]);
  return Object.fromEntries(all);
}

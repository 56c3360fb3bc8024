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
  return { from, to: one.target?.[0]?.key ?? from, event, guard: guardName(one.guard) };
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return String(guard.type);
  return '';
}

import type { AskedName } from '../../core/names/asked-name.ts';
import type { SessionState } from './session-state.ts';

/**
 * A phone that runs its target asks for no image; one that does has lost it and may write its flash next. So it is not landed
 * any more, and goes its road again with all that protects it there. What it runs is read from its questions of this boot alone.
 */
export function doubtLanding(state: SessionState, asked: AskedName, at: number): void {
  if (state.phone.state !== 'landed' || asked.kind !== 'image') return;
  const reason = `${state.context.target} was believed to run; a phone that runs it does not ask ${asked.name}`;
  const finding = { finding: 'contradiction', code: 'P_CONTRADICTION', reason } as const;
  state.record({ event: 'phone.finding', at, ...state.where(), ...finding });
  state.evidence = { ...state.evidence, software: [] };
  state.apply({ type: 'evidence.contradicted', at });
}

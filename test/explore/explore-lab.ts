import { type Explanation, type ExploreLimits, Explorer } from './explorer.ts';
import { Lab } from './lab.ts';
import { isHelp, type NamedLab } from './labs.ts';

/** Explores one lab, and asks of the whole graph that nobody waits without end and that no state is a dead end. */
export async function exploreLab(options: NamedLab, limits: ExploreLimits = {}): Promise<Explanation> {
  const explorer = new Explorer(() => Lab.open(options));
  const found = await explorer.explore(limits);
  const endless = options.phones.length === 1 ? explorer.endless('goes-on 0') : [];
  const lost = found.isComplete && options.phones.length === 1 ? explorer.deadEnds(isHelp) : [];
  return { ...found, findings: [...found.findings, ...endless, ...lost] };
}

/** A finding as the story of what happened: the moves, then the rows of the record. */
export async function storyOf(options: NamedLab, moves: readonly string[]): Promise<readonly string[]> {
  const lab = await Lab.open(options);
  for (const move of moves) await lab.make(move).catch(() => {});
  const rows = lab.history();
  await lab.end();
  return [`moves: ${moves.join(', ')}`, ...rows];
}

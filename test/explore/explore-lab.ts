import { type Explanation, type ExploreLimits, Explorer, type Finding, Violation } from './explorer.ts';
import { Lab } from './lab.ts';
import { HELPS, type NamedLab } from './labs.ts';
import { comesTo, replay } from './replay.ts';

/** Questions of a phone that boots on within which a road leaves its state, whatever the help: about 20 boots. */
const MOST_HELPED = 150;
/** The same within which its longest deadline passes: about 70 boots. */
const MOST_WAITED = 500;

/** Explores one lab, and asks of the whole graph that nobody waits without end and that no state is a dead end. */
export async function exploreLab(options: NamedLab, limits: ExploreLimits = {}): Promise<Explanation> {
  const explorer = new Explorer(() => Lab.open(options));
  const found = await explorer.explore(limits);
  if (options.phones.length > 1) return found;
  const findings = [...found.findings];
  // Where moments are folded, a deadline that comes nearer is a state that stays: so it is waited for.
  for (const one of explorer.endless('goes-on 0')) if (await waits(options, one.moves)) findings.push(one);
  for (const { facts, moves } of explorer.waysTo((one) => one.isSettled && !one.hasLanded && one.mayLand)) {
    if (await isDeadEnd(options, moves)) findings.push({ property: 'dead end', message: facts.words, moves });
  }
  return { ...found, findings };
}

/** Whether no help leads to a landing: what a person may do, and then the phone boots on. */
async function isDeadEnd(options: NamedLab, moves: readonly string[]): Promise<boolean> {
  for (const help of HELPS) {
    const isHelped = await replay(options, moves, async (lab) => {
      for (const move of help) if (lab.moves().includes(move)) await lab.make(move);
      return comesTo(lab, (one) => one.facts().hasLanded, MOST_HELPED);
    });
    if (isHelped === true) return false;
  }
  return true;
}

/** Whether a phone that only boots on after these moves comes to nothing. */
async function waits(options: NamedLab, moves: readonly string[]): Promise<boolean> {
  return (await replay(options, moves, (lab) => comesTo(lab, (one) => one.facts().isSettled, MOST_WAITED))) === false;
}

/** A finding as the story of what happened: the fewest moves that lead there, then the rows of the record. */
export async function storyOf(options: NamedLab, finding: Finding): Promise<readonly string[]> {
  const moves = await shorten(options, finding);
  const lab = await Lab.open(options);
  for (const move of moves) await lab.make(move).catch(() => {});
  const rows = lab.history();
  await lab.end();
  return [`moves: ${moves.join(', ')}`, ...rows];
}

/** The moves of a finding without those that it does not need: ever smaller pieces are left out as long as the same is found. */
async function shorten(options: NamedLab, finding: Finding): Promise<readonly string[]> {
  let { moves } = finding;
  for (let size = Math.ceil(moves.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < moves.length; ) {
      const fewer = [...moves.slice(0, from), ...moves.slice(from + size)];
      if (await isFound(options, finding, fewer)) moves = fewer;
      else from += size;
    }
  }
  return moves;
}

/** Whether these moves, where each of them can be made, lead to the same. */
async function isFound(options: NamedLab, finding: Finding, moves: readonly string[]): Promise<boolean> {
  if (finding.property === 'endless wait') return waits(options, moves);
  if (finding.property === 'dead end') {
    const isSame = await replay(options, moves, async (lab) => lab.facts().words === finding.message);
    return isSame === true && isDeadEnd(options, moves);
  }
  const came = await replay(options, moves, async () => false);
  return came instanceof Violation && came.property === finding.property && came.message === finding.message;
}

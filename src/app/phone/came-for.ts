import { type Hold, type PhoneContext, presentHop } from '../../../machines/phone-context.ts';
import { adviceFor, lacksFile } from '../../core/explain/hold-advice.ts';
import { hopKey } from '../../core/plan/plan.ts';
import type { PhoneMemory } from '../memory/memory.ts';
import { timesTried, tookManifestInVain } from '../memory/tried.ts';
import { about } from './refused-hops.ts';

/** The ladder of the hop ended and the phone took none of its triggers: which it read how often, and which it never asked for. */
export function triggersSpent(context: PhoneContext, memory: PhoneMemory): Hold {
  const hop = presentHop(context);
  const load = hop?.load ?? 'the next load';
  const files = (hop?.triggers ?? []).filter(({ isCompanion }) => isCompanion !== true).map(({ file }) => file);
  const timesRead = (file: string) =>
    hop === null ? 0 : timesTried(memory, { what: 'passed-over', hop: hopKey(hop), file });
  const read = files.filter((file) => timesRead(file) > 0);
  // What it went for the load by it has read, too.
  const hasFollowed = (file: string) => memory.followed.some((one) => one.file === file && one.load === load);
  const unread = files.filter((file) => timesRead(file) === 0 && !hasFollowed(file));
  const came = cameText(context, memory);
  const took =
    read.length > 0
      ? `the phone read ${read.map((file) => `${file} (${timesWords(timesRead(file))})`).join(', ')}, which named ${load}, and ${came}`
      : hasCome(context, memory)
        ? `the phone ${came}`
        : `the phone read none of the files through which ${load} can be published`;
  const never = unread.length === 0 ? '' : `; it was not seen to read ${unread.join(', ')} in these rounds`;
  const lacks = hop !== null && cameFor(memory, load).length > 0;
  const advice = lacks ? lacksFile({ mac: context.mac }) : adviceFor('P_TRIGGER_NOT_TAKEN', about(context));
  return { code: 'P_TRIGGER_NOT_TAKEN', reason: `${took}${never}`, advice, isResumable: false };
}

/** The files of a load for which the phone came and which it could not be given. */
function cameFor({ tries }: PhoneMemory, load: string): readonly string[] {
  return tries.flatMap(({ tried }) =>
    tried.what === 'came-in-vain' && tried.load === load ? [`${load}.${tried.kind}`] : [],
  );
}

/** Whether it came for a file of its hop, whatever became of that. */
export function hasCome(context: PhoneContext, memory: PhoneMemory): boolean {
  return cameText(context, memory) !== DID_NOT_COME;
}

const DID_NOT_COME = 'did not come for it';

/** What the phone did after it read the name of the load of its hop, so far in vain: `did not come for it`, or for which file it came. */
export function cameText(context: PhoneContext, memory: PhoneMemory): string {
  const hop = presentHop(context);
  const load = hop?.load ?? '';
  const files = cameFor(memory, load);
  if (tookManifestInVain(memory, load)) return 'took its manifest whole and asked for no image';
  if (files.length > 0)
    return `came for ${files.join(' and ')}, which the package of ${load} does not hold; it keeps what it runs`;
  const asked = (hop?.files ?? []).filter(({ name }) => (context.asked[name] ?? 0) > 0);
  if (asked.length === 0) return DID_NOT_COME;
  const isManifest = asked.every(({ role }) => role === 'manifest');
  return `asked for ${asked.map(({ name }) => name).join(', ')} and ${isManifest ? 'was not heard to ask for an image' : 'did not get any further'}`;
}

function timesWords(times: number): string {
  return times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
}

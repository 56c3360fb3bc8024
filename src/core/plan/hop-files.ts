import { findFile } from '../firmware/package.ts';
import type { AllowRule, RuleFile } from '../matrix/matrix.ts';
import type { LoadAtHand } from './loads-at-hand.ts';
import type { HopFile } from './plan.ts';

interface Wanted {
  readonly name: string;
  readonly role: HopFile['role'];
  readonly need: RuleFile['need'];
}

/**
 * The files of a hop in the order in which phones ask for them. A file that only some of the admitted software needs is
 * optional once other software needs another image. Optional files that are not there are left out.
 */
export function hopFiles(rules: readonly AllowRule[], at: LoadAtHand, terms: readonly string[]): readonly HopFile[] {
  const wanted = new Map<string, Wanted>();
  for (const rule of rules) {
    for (const spec of rule.files) {
      for (const each of expand(spec, at, terms)) {
        const before = wanted.get(each.name);
        if (before === undefined || weight(each.need) > weight(before.need)) wanted.set(each.name, each);
      }
    }
  }
  const all = [...wanted.values()];
  const isOtherNeeded = all.some((each) => each.need === 'needed' && each.role === 'image');
  return all
    .map(({ name, role, need }): HopFile => {
      const isNeeded = need === 'needed' || (need === 'needed-alone' && !isOtherNeeded);
      const file = at.pack === null ? undefined : findFile(at.pack, name)?.file;
      const sha1 = file?.isWhole === true && file.sha1 !== null ? { sha1: file.sha1 } : {};
      return { name, role, need: isNeeded ? 'needed' : 'optional', present: file?.isWhole === true, ...sha1 };
    })
    .filter((file) => file.need === 'needed' || file.present);
}

function expand(spec: RuleFile, at: LoadAtHand, terms: readonly string[]): readonly Wanted[] {
  const { role, need } = spec;
  if (spec.of === 'load') return [{ name: `${at.load.name}${spec.extension}`, role, need }];
  if (spec.of === 'manifest') return images(at).map((name) => ({ name, role, need }));
  return terms.flatMap((digits): readonly Wanted[] => {
    const manifest: Wanted = { name: `term${digits}.default.loads`, role: 'manifest', need };
    const listed = at.pack?.terms[digits] ?? (at.pack === null ? images(at) : []);
    return [manifest, ...listed.map((name): Wanted => ({ name, role: 'image', need }))];
  });
}

/** What the load's manifest lists; without a package, what the matrix expects it to list. */
function images(at: LoadAtHand): readonly string[] {
  if (at.pack !== null) return at.pack.manifest;
  const known = at.facts?.files.map((file) => file.name) ?? [];
  const listed = known.filter((name) => name.endsWith('.sb2') || name.endsWith('.sbn'));
  if (listed.length > 0) return listed;
  return at.facts === null || at.facts.loader === null ? [] : [`${at.facts.loader}.sbn`, `${at.load.name}.sb2`];
}

function weight(need: RuleFile['need']): number {
  return { optional: 0, 'needed-alone': 1, needed: 2 }[need];
}

import type { FirmwareIndex } from '../../core/firmware/package.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { isJavaFamily } from '../../core/names/family.ts';
import { familyOfLoad, type LoadName } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { mayShow, roadFor } from '../phone/road.ts';

/** A phone that nobody enrolled, and what it may be given. */
export interface TypeQuestion {
  readonly mac: MacAddress;
  readonly evidence: Evidence;
  /** One for each family that is to be converted. */
  readonly targets: readonly LoadName[];
  readonly matrix: Matrix;
  readonly index: FirmwareIndex;
}

/** One default for phones of several families, and the loads that it names. */
export interface DefaultByType {
  readonly content: string;
  readonly loads: readonly LoadName[];
}

const DEFAULT = 'XMLDefault.cnf.xml';
const LINE = /<loadInformation\d+[^>]*>[^<]*<\/loadInformation\d+>/g;

/**
 * A default that names, for every device type which a phone of unproven family may be, the first safe hop of that type. A phone reads
 * the line of its own type only, so each gets what is allowed from everything that a phone of its family may run; a family
 * that has no such road gets no line. Null when none has, or when the family is no question.
 */
export function defaultByType({ mac, evidence, targets, matrix, index }: TypeQuestion): DefaultByType | null {
  const parts = targets.flatMap((target) => {
    const family = familyOfLoad(target);
    if (family === null) return [];
    const software = evidence.software
      .filter((one) => (one.family ?? family) === family && isJavaFamily(family) === (one.generation === 'java'))
      .map((one) => ({ ...one, family }));
    if (software.length === 0) return [];
    const asOne = { ...evidence, software };
    const road = roadFor({
      mac,
      matrix,
      index,
      evidence: asOne,
      isTargetShown: false,
      target,
      avoid: [],
      lastHold: null,
    });
    const hop = road.kind === 'plan' ? road.plan.hops[0] : undefined;
    const trigger = hop?.triggers.find(({ file, content }) => file === DEFAULT && content !== null);
    if (hop === undefined || trigger?.content == null || !mayShow(matrix, hop, trigger, software)) return [];
    return [{ load: hop.load, content: trigger.content }];
  });
  const [first] = parts;
  if (first === undefined) return null;
  const lines = parts.flatMap(({ content }) => content.match(LINE) ?? []);
  const content = first.content.replace(LINE, '').replace(/\n+<\/Default>/, `\n${lines.join('\n')}\n</Default>`);
  return { content, loads: parts.map(({ load }) => load) };
}

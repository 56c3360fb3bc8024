import { parseLoadName } from '../names/load-name.ts';
import { familyFacts, type Matrix } from './matrix.ts';

/** What loads are in words, by the matrix: `SIP 9.4(2)SR3 for 7941, 7941GE …`; null for a name that is none or is not listed. */
export function loadWords(matrix: Matrix): (load: string) => string | null {
  return (load) => {
    const parsed = parseLoadName(load);
    if (!parsed.ok) return null;
    const { family, role, protocol } = parsed.value;
    const facts = familyFacts(matrix, family);
    const title = facts?.releases.find((release) => release.load === parsed.value.name)?.title;
    if (facts === undefined || title === undefined) return null;
    const models = facts.models.map(({ model }) => model);
    const phones = `${models.slice(0, -1).join(', ')}${models.length > 1 ? ' and ' : ''}${models.at(-1) ?? ''}`;
    const what = role === 'loader' ? 'the loader of' : (protocol ?? 'a load before the split into SCCP and SIP,');
    return `${what} ${title} for the ${phones}`;
  };
}

import { parseLoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { shownVersion } from '../../src/core/names/shown-version.ts';
import type { Said, Statement } from '../../src/core/witness/statement.ts';
import type { Runs } from '../support/dossier.ts';

const NOTHING: Said = { load: null, archive: null, agent: null };

/** What the application of a phone says of itself (after-landing 3, witnesses-seen 3); null for what says nothing. */
export function saidBy({ kind, load }: Runs): Said | null {
  const parsed = parseLoadName(load);
  if (kind === 'java-boot-loader' || kind === 'loader' || kind === 'mgcp-7') return null;
  if (kind.startsWith('java')) return { ...NOTHING, load };
  if (!parsed.ok) return null;
  if (kind === 'sip-8') return { ...NOTHING, agent: `Cisco-CP7960G/${parsed.value.release[0] === 7 ? '7.5' : '8.0'}` };
  const shown = kind.startsWith('sccp') ? shownVersion(parsed.value) : null;
  return shown === null ? null : { ...NOTHING, load: shown };
}

/** That it says it. */
export function statement(said: Said, mac: string, address: string, at: number, since: number | null): Statement {
  // What a switch tells is as old as its last walk; anything else comes when it is said.
  const isOld = since !== null && since < at;
  const by = said.agent !== null ? 'sip-register' : isOld ? 'cdp' : 'sccp-alarm';
  return { by, mac: mac as MacAddress, said, words: JSON.stringify(said), address, at, since };
}

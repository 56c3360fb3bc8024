import { anyLoadName, cnfValue, loadInformation, os79xxLine } from './config-text.ts';
import { type SwapEnd, swapImage } from './image-swap.ts';
import type { LegacyLoad } from './legacy-load.ts';
import { type BootEnd, type Kit, LOADER_SCHEDULE, textOf } from './phone-kit.ts';

const UNPROVISIONED: BootEnd = { kind: 'idle', why: 'Phone Unprovisioned' };
/** Characters of the image's name that `OS79XX.TXT` is compared by (legacy-79x0 2). */
const COMPARED = 4;

/** A very old SCCP image: `SEPDefault.cnf`, again and again (legacy-79x0 5.6). */
export async function bootAncientSccp(kit: Kit, running: LegacyLoad): Promise<BootEnd> {
  await kit.wait(kit.knobs.bootSeconds);
  kit.starts('application', running.name, LOADER_SCHEDULE);
  for (;;) {
    const end = await askPlainConfig(kit, running, 'SEPDefault.cnf');
    if (end !== null && end.kind !== 'kept') return end;
    await kit.wait(kit.knobs.roundSeconds);
  }
}

/** SCCP 3.x and signed SCCP before the loader: five names; all missing starts them over (legacy-79x0 5.2). */
export async function bootSccpImage(kit: Kit, running: LegacyLoad): Promise<BootEnd> {
  await kit.wait(kit.knobs.bootSeconds);
  kit.starts('application', running.name, LOADER_SCHEDULE);
  for (;;) {
    showStart(kit);
    kit.screen('Configuring CM List');
    const other = await askOs79xx(kit, running);
    if (other.kind !== 'kept') return other;
    const end = await askSccpConfigs(kit, running);
    if (end !== null) return end.kind === 'kept' ? UNPROVISIONED : end;
    kit.screen('TFTP Error');
    await kit.wait(kit.knobs.roundSeconds);
  }
}

/** SIP 2 to 6: `OS79XX.TXT`, `SIPDefault.cnf`, `SIP<MAC>.cnf`, then its services (legacy-79x0 5.3). */
export async function bootSipImage(kit: Kit, running: LegacyLoad): Promise<BootEnd> {
  await kit.wait(kit.knobs.bootSeconds);
  kit.starts('application', running.name, LOADER_SCHEDULE);
  showStart(kit);
  const other = await askOs79xx(kit, running);
  if (other.kind !== 'kept') return other;
  kit.screen('Requesting Configuration');
  const general = await askCnf(kit, 'SIPDefault.cnf');
  const own = await askCnf(kit, `${general.folder}SIP${kit.mac}.cnf`);
  const wanted = own.version ?? general.version;
  if (wanted !== null && wanted !== running.name) {
    const end = await swapImage(kit, running, wanted);
    if (end.kind !== 'kept') return end;
  }
  await kit.ask('RINGLIST.DAT');
  kit.configured(`SIP${kit.mac}.cnf`);
  await kit.ask('dialplan.xml');
  return UNPROVISIONED;
}

function showStart(kit: Kit): void {
  kit.screen('Configuring VLAN');
  kit.screen('Configuring IP');
}

/** The four-character rule: only a name that begins differently is gone for; it switches protocol (legacy-79x0 2). */
async function askOs79xx(kit: Kit, running: LegacyLoad): Promise<SwapEnd> {
  const text = textOf(await kit.ask('OS79XX.TXT'));
  const wanted = text === null ? '' : os79xxLine(text);
  if (wanted === '') return { kind: 'kept' };
  kit.shown(wanted, 'OS79XX.TXT', true);
  if (kit.ignores('OS79XX.TXT')) return { kind: 'kept' };
  if (wanted.slice(0, COMPARED) === running.name.slice(0, COMPARED)) return { kind: 'kept' };
  return swapImage(kit, running, wanted);
}

/** The first configuration that is there counts; null when none is. */
async function askSccpConfigs(kit: Kit, running: LegacyLoad): Promise<SwapEnd | null> {
  for (const file of [`SEP${kit.mac}.cnf.xml`, 'XMLDefault.cnf.xml']) {
    const text = textOf(await kit.ask(file));
    kit.configured(file);
    if (text === null) continue;
    return goFor(kit, running, ownLoad(kit, file, text));
  }
  for (const file of [`SEP${kit.mac}.cnf`, 'SEPDefault.cnf']) {
    const end = await askPlainConfig(kit, running, file);
    if (end !== null) return end;
  }
  return null;
}

async function askPlainConfig(kit: Kit, running: LegacyLoad, file: string): Promise<SwapEnd | null> {
  const text = textOf(await kit.ask(file));
  kit.configured(file);
  if (text === null) return null;
  const load = anyLoadName(text);
  if (load !== null) kit.shown(load, file, true);
  return goFor(kit, running, kit.ignores(file) ? null : load);
}

async function goFor(kit: Kit, running: LegacyLoad, load: string | null): Promise<SwapEnd> {
  return load === null || load === running.name ? { kind: 'kept' } : swapImage(kit, running, load);
}

/** The load that an XML configuration names for this phone: its own type first, else one bound to no type. */
export function ownLoad(kit: Kit, file: string, text: string): string | null {
  const named = loadInformation(text);
  const isMine = (typeId: number | null) => typeId === null || typeId === kit.profile.typeId;
  for (const { load, typeId } of named) kit.shown(load, file, isMine(typeId));
  if (kit.ignores(file)) return null;
  const mine = named.find(({ typeId }) => typeId === kit.profile.typeId) ?? named.find(({ typeId }) => typeId === null);
  return mine?.load ?? null;
}

/** What a `.cnf` of SIP says about the image and where the phone's own file lies. */
export async function askCnf(kit: Kit, file: string): Promise<CnfRead> {
  const answer = await kit.ask(file);
  const text = textOf(answer);
  if (text === null) return { status: answer.kind === 'silent' ? 'silent' : 'missing', version: null, folder: '' };
  const version = cnfValue(text, 'image_version');
  if (version !== null) kit.shown(version, file, true);
  return { status: 'there', version: kit.ignores(file) ? null : version, folder: folderOf(text) };
}

/** A `.cnf` as far as the boot goes by it. */
export interface CnfRead {
  readonly status: 'there' | 'missing' | 'silent';
  readonly version: string | null;
  /** `tftp_cfg_dir`, ready to be put before a name; `./` and nothing are the same. */
  readonly folder: string;
}

function folderOf(text: string): string {
  const folder = cnfValue(text, 'tftp_cfg_dir');
  if (folder === null) return '';
  return folder.endsWith('/') ? folder : `${folder}/`;
}

import { compareReleases } from '../core/names/release.ts';
import { askCnf, ownLoad } from './boot-before-loader.ts';
import { legacyLoad } from './legacy-load.ts';
import { type BootEnd, type Kit, LOADER_SCHEDULE, SCCP_SCHEDULE, textOf } from './phone-kit.ts';

/** From the manifest to the application's first request when nothing was written (legacy-79x0 3.2, 11.1). */
const START_SECONDS: readonly [number, number] = [22, 24];
/** An unprovisioned SIP application asks its own file (legacy-79x0 11.1 H). */
const SIP_POLL_SECONDS = 31;
const SERVICES_SECONDS = 2;
/** An SCCP application that should run something else asks once more, then restarts (legacy-79x0 11.1 A). */
const SCCP_SECOND_LOOK_SECONDS = 34;
/** The first release that gives up after a failed upgrade instead of trying again (legacy-79x0 3.3: W710 in 8.12, not in 7.5). */
const GIVES_UP_FROM = [8] as const;

const RESTART: BootEnd = { kind: 'restart' };
const UNPROVISIONED: BootEnd = { kind: 'idle', why: 'Phone Unprovisioned' };

/** Runs a 7.x or 8.x application until it restarts or has nothing to do; null waits as long as a start takes. */
export async function runApplication(kit: Kit, load: string, startSeconds: number | null): Promise<BootEnd> {
  await kit.wait(startSeconds ?? START_SECONDS);
  switch (legacyLoad(load)?.protocol) {
    case 'SIP':
      return runSip(kit, load);
    case 'MGCP':
      return runMgcp(kit, load);
    default:
      return runSccp(kit, load);
  }
}

/** SIP 7.x and 8.x: SIPDefault.cnf, SIP<MAC>.cnf until it is there, ring list and dial plan at once (legacy-79x0 3.2, 11.1). */
async function runSip(kit: Kit, load: string): Promise<BootEnd> {
  kit.starts('application', load, LOADER_SCHEDULE);
  const general = await askCnf(kit, 'SIPDefault.cnf');
  for (;;) {
    const own = await askCnf(kit, `${general.folder}SIP${kit.mac}.cnf`);
    kit.configured(`SIP${kit.mac}.cnf`);
    const wanted = own.version ?? general.version;
    if (wanted !== null && wanted !== load && wantsRestart(kit, load, wanted)) return RESTART;
    if (own.status === 'there') break;
    kit.screen('Phone Unprovisioned');
    await kit.wait(SIP_POLL_SECONDS);
  }
  await kit.wait(SERVICES_SECONDS);
  await Promise.all([kit.ask('RINGLIST.DAT'), kit.ask('dialplan.xml')]);
  return { kind: 'idle', why: 'SIP application runs' };
}

/** Whether the application restarts for another load; not for one that its loader has just failed to reach. */
function wantsRestart(kit: Kit, load: string, wanted: string): boolean {
  const givesUp = compareReleases(legacyLoad(load)?.release ?? [], GIVES_UP_FROM) >= 0;
  if (kit.memory.failedLoad !== wanted || !givesUp) return true;
  kit.screen(`W710 Loader failed upgrade to ${wanted}, ignoring reset`);
  return false;
}

/** SCCP 7.x and 8.x: trust list, own file, default; another load is looked at twice (legacy-79x0 5.4, 11.1 A). */
async function runSccp(kit: Kit, load: string): Promise<BootEnd> {
  kit.starts('application', load, SCCP_SCHEDULE);
  let file = '';
  for (;;) {
    const first = await askSccp(kit);
    if (first.wanted !== null && first.wanted !== load && wantsRestart(kit, load, first.wanted)) {
      await kit.wait(SCCP_SECOND_LOOK_SECONDS);
      const second = await askSccp(kit);
      if (second.wanted !== null && second.wanted !== load) return RESTART;
    }
    if (first.file !== null) {
      file = first.file;
      break;
    }
    kit.screen('Phone Unprovisioned');
    kit.waits();
    await kit.wait(kit.knobs.sccpAgainSeconds);
  }
  await kit.ask('RINGLIST.XML');
  kit.configured(file);
  for (const service of ['/7960-font.xml', 'US/7960-tones.xml']) await kit.ask(service);
  return { kind: 'idle', why: 'SCCP application runs' };
}

/** The configuration that is there, and the load that it names. */
async function askSccp(kit: Kit): Promise<{ readonly file: string | null; readonly wanted: string | null }> {
  await kit.ask(`CTLSEP${kit.mac}.tlv`);
  for (const file of [`SEP${kit.mac}.cnf.xml`, 'XMLDefault.cnf.xml']) {
    const text = textOf(await kit.ask(file));
    if (text !== null) return { file, wanted: ownLoad(kit, file, text) };
    kit.configured(file);
  }
  return { file: null, wanted: null };
}

/** MGCP 7.x reads `image_version` in MGCDefault.cnf (legacy-79x0 2); the order of its files is invented. */
async function runMgcp(kit: Kit, load: string): Promise<BootEnd> {
  kit.starts('application', load, LOADER_SCHEDULE);
  for (;;) {
    const general = await askCnf(kit, 'MGCDefault.cnf');
    const own = await askCnf(kit, `MGC${kit.mac}.cnf`);
    kit.configured(`MGC${kit.mac}.cnf`);
    const wanted = own.version ?? general.version;
    if (wanted !== null && wanted !== load && wantsRestart(kit, load, wanted)) return RESTART;
    if (general.status === 'there' || own.status === 'there') return UNPROVISIONED;
    await kit.wait(kit.knobs.huntAgainSeconds);
  }
}

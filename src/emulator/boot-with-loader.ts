import { runApplication } from './applications-79x0.ts';
import { askCnf, ownLoad } from './boot-before-loader.ts';
import { readRawImage } from './firmware/raw-image.ts';
import { legacyLoad } from './legacy-load.ts';
import { type BootEnd, type Kit, LOADER_SCHEDULE } from './phone-kit.ts';
import type { Flash } from './phone-options.ts';
import { readSignedFile } from './signed-file.ts';

type LoaderFlash = Extract<Flash, { kind: 'loader' }>;

/** What a hunt found. `silent` is a server that did not answer, `invalid` an empty configuration. */
type Found =
  | { readonly kind: 'load'; readonly load: string }
  | { readonly kind: 'no-load' | 'nothing' | 'invalid' | 'silent' };

type Reached = 'ready' | 'restart' | 'failed' | 'silent';

/** Between `.sbn` and the second hunt lie 26 to 41 s, the restart included (legacy-79x0 11.1 E). */
const LOADER_WRITE: readonly [number, number] = [11, 26];
/** Between `.sb2` and SIPDefault.cnf lie 46 to 69 s, the application's start included (legacy-79x0 11.1 G). */
const APPLICATION_WRITE: readonly [number, number] = [24, 45];
/** A rejected `.sb2` is fetched a second time (firmware-files 7). */
const APPLICATION_TRIES = 2;

/** Universal Application Loader: hunts for a configuration, reads the manifest, fetches what differs (legacy-79x0 3, 11). */
export async function bootWithLoader(kit: Kit): Promise<BootEnd> {
  const application = loaderFlash(kit).application;
  const isRunning = kit.memory.isRunning;
  kit.memory.isRunning = false;
  if (isRunning && application !== null) return runApplication(kit, application, 0);
  await kit.wait(kit.knobs.bootSeconds);
  kit.starts('loader', loaderFlash(kit).loader, LOADER_SCHEDULE);
  for (;;) {
    const found = await hunt(kit);
    const reached = found.kind === 'load' ? await reach(kit, found.load) : null;
    if (reached === 'restart') return { kind: 'restart' };
    const isSilent = found.kind === 'silent' || reached === 'silent';
    const there = loaderFlash(kit).application;
    if (there !== null && !isSilent && found.kind !== 'invalid') return runApplication(kit, there, null);
    showTrouble(kit, found.kind, reached);
    await kit.wait(kit.knobs.huntAgainSeconds);
  }
}

function showTrouble(kit: Kit, found: Found['kind'], reached: Reached | null): void {
  if (found === 'silent' || reached === 'silent') kit.screen('TFTP Timeout');
  else if (found === 'nothing') kit.screen('TFTP file not found');
  else if (found === 'no-load') kit.screen('No Load Specified');
  else kit.screen('Protocol Application Invalid');
}

function loaderFlash(kit: Kit): LoaderFlash {
  if (kit.flash.kind !== 'loader') throw new Error(`a phone with a loader was expected, not ${kit.flash.kind}`);
  return kit.flash;
}

/** CTLSEP, SEP, SIP, MGC, XMLDefault, SIPDefault, MGCDefault; the first that is there decides (legacy-79x0 3.1). */
async function hunt(kit: Kit): Promise<Found> {
  const trust = await kit.ask(`CTLSEP${kit.mac}.tlv`);
  if (trust.kind === 'silent') return { kind: 'silent' };
  const steps = [
    () => askXml(kit, `SEP${kit.mac}.cnf.xml`, true),
    () => askVersion(kit, `SIP${kit.mac}.cnf`),
    () => askVersion(kit, `MGC${kit.mac}.cnf`),
    () => askXml(kit, 'XMLDefault.cnf.xml', false),
    () => askVersion(kit, 'SIPDefault.cnf'),
    () => askVersion(kit, 'MGCDefault.cnf'),
  ];
  kit.configured('CTLSEP');
  for (const step of steps) {
    const found = await step();
    if (found.kind !== 'nothing') return found;
  }
  return { kind: 'nothing' };
}

async function askXml(kit: Kit, file: string, isOwn: boolean): Promise<Found> {
  const answer = await kit.ask(file);
  if (answer.kind === 'silent') return { kind: 'silent' };
  if (answer.kind !== 'file') return { kind: 'nothing' };
  // An empty SEP file ended one phone in "Protocol Application Invalid" (legacy-79x0 3.1).
  if (isOwn && answer.bytes.length === 0) return { kind: 'invalid' };
  const load = ownLoad(kit, file, answer.bytes.toString('latin1'));
  if (load !== null) return { kind: 'load', load };
  // Invented: a default for other models, or a trigger that is ignored, does not end the hunt.
  return isOwn && !kit.ignores(file) ? { kind: 'no-load' } : { kind: 'nothing' };
}

async function askVersion(kit: Kit, file: string): Promise<Found> {
  const read = await askCnf(kit, file);
  if (read.status !== 'there') return { kind: read.status === 'silent' ? 'silent' : 'nothing' };
  if (read.version !== null) return { kind: 'load', load: read.version };
  // A file without image_version: unknown (legacy-79x0 Q4). Invented: it ends the hunt with the load there is.
  return kit.ignores(file) ? { kind: 'nothing' } : { kind: 'no-load' };
}

/** Manifest on every boot, then what differs: `.sbn` and a restart, or `.sb2` and the application (legacy-79x0 3.2, 11.1). */
async function reach(kit: Kit, load: string): Promise<Reached> {
  const file = await fetchSigned(kit, `${load}.loads`);
  if (file.kind === 'missing' && isOldImage(load) && kit.knobs.takesOldImages) return swapToOldImage(kit, load);
  if (file.kind !== 'good') return lost(kit, load, file);
  const wanted = readManifest(file.payload);
  if (wanted === null) return lost(kit, load, { kind: 'rejected' });
  const now = loaderFlash(kit);
  if (wanted.platform !== now.platform && wanted.loader !== now.loader) return swapLoader(kit, load, wanted.loader);
  if (wanted.application === now.application) return done(kit);
  return swapApplication(kit, load, wanted.application);
}

/** Signed loads from before the loader have no manifest (legacy-79x0 1.3). */
function isOldImage(load: string): boolean {
  const generation = legacyLoad(load)?.generation;
  return generation === 'g2-sip' || generation === 'g2-sccp';
}

/** Down from the loader to one whole signed image; only that Cisco does it is known (legacy-79x0 R5), not how. */
async function swapToOldImage(kit: Kit, load: string): Promise<Reached> {
  const file = await fetchSigned(kit, `${load}.sbn`);
  if (file.kind !== 'good') return lost(kit, load, file);
  kit.screen('Upgrading Software');
  const left: Flash = kit.knobs.isDeadAfterFlashCut ? { kind: 'dead' } : loaderFlash(kit);
  await kit.writes(`${load}.sbn`, load, kit.knobs.flashSeconds, { kind: 'image', load }, left);
  return 'restart';
}

async function swapLoader(kit: Kit, load: string, loader: string): Promise<Reached> {
  const file = await fetchSigned(kit, `${loader}.sbn`);
  if (file.kind !== 'good') return lost(kit, load, file);
  const image = readRawImage(file.payload);
  if (image?.load !== loader) return lost(kit, load, { kind: 'rejected' });
  kit.screen('Upgrading Software');
  const now = loaderFlash(kit);
  const next: Flash = { ...now, loader, platform: image.platform };
  const left: Flash = kit.knobs.isDeadAfterFlashCut ? { kind: 'dead' } : now;
  await kit.writes(`${loader}.sbn`, loader, LOADER_WRITE, next, left);
  return 'restart';
}

async function swapApplication(kit: Kit, load: string, application: string): Promise<Reached> {
  const name = `${application}.sb2`;
  for (let tries = 1; ; tries++) {
    const file = await fetchSigned(kit, name);
    if (file.kind === 'rejected' && tries < APPLICATION_TRIES) continue;
    if (file.kind !== 'good') return lost(kit, load, file);
    if (readRawImage(file.payload)?.load !== application) return lost(kit, load, { kind: 'rejected' });
    kit.screen('Upgrading Software');
    const now = loaderFlash(kit);
    // An interrupted upgrade leaves a loader without application: "Protocol Application Invalid" (legacy-79x0 6).
    const left: Flash = { ...now, application: null };
    await kit.writes(name, application, APPLICATION_WRITE, { ...now, application }, left);
    return done(kit);
  }
}

function done(kit: Kit): Reached {
  kit.memory.failedLoad = null;
  return 'ready';
}

function lost(kit: Kit, load: string, file: Exclude<SignedAnswer, { kind: 'good' }>): Reached {
  if (file.kind === 'silent') return 'silent';
  kit.memory.failedLoad = load;
  const reason = file.kind === 'missing' ? 'TFTP file not found' : 'File Auth Fail';
  kit.tell({ event: 'load.refused', load, reason });
  kit.screen(reason);
  return 'failed';
}

type SignedAnswer =
  | { readonly kind: 'good'; readonly payload: Buffer }
  | { readonly kind: 'missing' | 'rejected' | 'silent' };

async function fetchSigned(kit: Kit, name: string): Promise<SignedAnswer> {
  const answer = await kit.ask(name);
  if (answer.kind === 'silent') return { kind: 'silent' };
  if (answer.kind !== 'file') return { kind: 'missing' };
  const signed = readSignedFile(answer.bytes);
  if (signed === null || !signed.isIntact || kit.rejectsSignature()) return { kind: 'rejected' };
  if (kit.knobs.checksInnerName && signed.name !== name) return { kind: 'rejected' };
  return { kind: 'good', payload: signed.payload };
}

interface Manifest {
  readonly loader: string;
  readonly application: string;
  readonly platform: string;
}

/** Three lines: loader, application, LA_VERSION (legacy-79x0 1.4). */
function readManifest(payload: Buffer): Manifest | null {
  const lines = payload.toString('latin1').split(/\r?\n/);
  const find = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[1]).find((part) => part !== undefined);
  const loader = find(/^(\S+)\.sbn\s*$/);
  const application = find(/^(\S+)\.sb2\s*$/);
  const platform = find(/^LA_VERSION=(\S+)\s*$/);
  if (loader === undefined || application === undefined || platform === undefined) return null;
  return { loader, application, platform };
}

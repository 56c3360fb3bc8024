import { compareReleases } from '../core/names/release.ts';
import { ownLoad } from './boot-before-loader.ts';
import { elementText } from './config-text.ts';
import { javaLoad, releaseOfBuild, trustedBy } from './java-load.ts';
import {
  isGoodArchive,
  type JavaManifest,
  type ManifestVerdict,
  protocolOf,
  runningRelease,
  verifyManifest,
} from './java-manifest.ts';
import { type BootEnd, type Kit, SCCP_SCHEDULE, textOf } from './phone-kit.ts';
import type { Flash, SigningKey } from './phone-options.ts';

type JavaFlash = Extract<Flash, { kind: 'java' }>;

const RESTART: BootEnd = { kind: 'restart' };
/** Measured and reported: 93, 147 and about 180 s (java-phones 4.4). */
const REJECTED_SECONDS: readonly [number, number] = [90, 180];
const SECOND_TRY_SECONDS = 1;
const MANIFEST_SECONDS = 2;
const ARCHIVE_SECONDS = 1.9;
const ARCHIVE_SECONDS_A_MB = 1.95;
const LOCALE_SECONDS = 4;
const DIAL_PLAN_SECONDS = 5;

/** A Java phone from power to rest: boot loader without a valid load, else its application (java-phones 4.8). */
export async function bootJava(kit: Kit): Promise<BootEnd> {
  if (kit.memory.isRunning) kit.memory.isRunning = false;
  else await kit.wait(kit.knobs.javaBootSeconds);
  const { load } = javaFlash(kit);
  return load === null ? runBootLoader(kit) : runJavaApplication(kit, load);
}

function javaFlash(kit: Kit): JavaFlash {
  if (kit.flash.kind !== 'java') throw new Error(`a Java phone was expected, not ${kit.flash.kind}`);
  return kit.flash;
}

async function runBootLoader(kit: Kit): Promise<BootEnd> {
  const name = `term${kit.profile.term}.default`;
  kit.starts('boot-loader', 'boot-loader', SCCP_SCHEDULE);
  kit.screen('Upgrading');
  for (;;) {
    const manifest = await askManifest(kit, name, kit.bootLoaderTrust);
    if (manifest !== null && (await install(kit, name, manifest))) return RESTART;
    await kit.wait(REJECTED_SECONDS);
  }
}

async function runJavaApplication(kit: Kit, load: string): Promise<BootEnd> {
  const { build } = javaFlash(kit);
  const release = runningRelease(javaLoad(load), build);
  kit.starts('application', load, SCCP_SCHEDULE);
  await kit.ask(`CTLSEP${kit.mac}.tlv`);
  const itlFrom = kit.knobs.itlFrom.split('.').map(Number);
  if (compareReleases(release, itlFrom) >= 0) {
    await kit.ask(`ITLSEP${kit.mac}.tlv`);
    await kit.ask('ITLFile.tlv');
  }
  const config = await askConfig(kit, load);
  const isOther = config.load !== null && config.load !== load;
  if (isOther && (await upgrade(kit, config.load))) return RESTART;
  if (isOther && kit.knobs.retriesRejectedLoad) {
    await kit.wait(REJECTED_SECONDS);
    return RESTART;
  }
  await askServices(kit, config.text, javaFlash(kit).protocol ?? javaLoad(load)?.protocol ?? null);
  return { kind: 'idle', why: 'application runs' };
}

interface JavaConfig {
  readonly load: string | null;
  readonly text: string;
}

/** The phone's own file wins; without it the default is read once and the own file is waited for (java-phones 4.5, 5.1). */
async function askConfig(kit: Kit, running: string): Promise<JavaConfig> {
  const own = `SEP${kit.mac}.cnf.xml`;
  for (let round = 0; ; round++) {
    const text = textOf(await kit.ask(own));
    if (text !== null) return readConfig(kit, own, text);
    kit.configured(own);
    if (round === 0 && kit.knobs.readsXmlDefault) {
      const load = await askDefault(kit);
      if (load !== null && load !== running) return { load, text: '' };
    }
    kit.screen('Unprovisioned');
    kit.waits();
    await kit.wait(kit.knobs.sepPollSeconds);
  }
}

function readConfig(kit: Kit, file: string, text: string): JavaConfig {
  const load = ownLoad(kit, file, text);
  if (!/<device\b[\s\S]*<\/device\s*>/i.test(text)) {
    kit.screen('Error Verifying Config Info');
    return { load: null, text: '' };
  }
  return { load: load === null ? null : load.replace(/\.loads$/i, ''), text };
}

/** A default without a call manager and its port is not accepted (java-phones 5.1). */
async function askDefault(kit: Kit): Promise<string | null> {
  const text = textOf(await kit.ask('XMLDefault.cnf.xml'));
  if (text === null) return null;
  const load = ownLoad(kit, 'XMLDefault.cnf.xml', text);
  const isAccepted = elementText(text, 'processNodeName') !== null && elementText(text, 'ethernetPhonePort') !== null;
  return isAccepted && load !== null ? load.replace(/\.loads$/i, '') : null;
}

/** Whether the load of the config is in flash now; the phone keeps what it has otherwise. */
async function upgrade(kit: Kit, load: string | null): Promise<boolean> {
  if (load === null) return false;
  kit.screen('Upgrading');
  const { trust } = javaFlash(kit);
  const manifest = await askManifest(kit, load, trust);
  return manifest !== null && install(kit, load, manifest);
}

/** The manifest, asked a second time within a second when it is not taken (java-phones 4.4, 4.8). */
async function askManifest(kit: Kit, load: string, trust: readonly SigningKey[]): Promise<JavaManifest | null> {
  const name = `${load}.loads`;
  for (let tries = 0; tries < 2; tries++) {
    if (tries > 0) await kit.wait(SECOND_TRY_SECONDS);
    const answer = await kit.ask(name);
    if (answer.kind !== 'file') {
      kit.screen(answer.kind === 'silent' ? 'TFTP timeout' : 'File not found');
      return null;
    }
    const verdict = verify(kit, name, answer.bytes, trust);
    if (verdict.ok) {
      if (name.startsWith('term')) kit.shown(`${load} ${verdict.manifest.build}`, name, true);
      return verdict.manifest;
    }
    kit.screen(verdict.reason);
    kit.tell({ event: 'load.refused', load, reason: verdict.reason });
  }
  return null;
}

function verify(kit: Kit, name: string, bytes: Buffer, trust: readonly SigningKey[]): ManifestVerdict {
  const { family } = kit.profile;
  const { hardware } = kit;
  const { checksInnerName } = kit.knobs;
  const verdict = verifyManifest(name, bytes, { trust, hardware, family, checksInnerName });
  return verdict.ok && kit.rejectsSignature() ? { ok: false, reason: 'Auth Fail' } : verdict;
}

/** Fetches and writes the archives one after the other; false when one was refused or spoilt (java-phones 4.5, 4.8). */
async function install(kit: Kit, load: string, manifest: JavaManifest): Promise<boolean> {
  await kit.wait(MANIFEST_SECONDS);
  const old = javaFlash(kit);
  const gone: JavaFlash = { ...old, load: null };
  kit.risks(gone);
  for (const [k, archive] of manifest.archives.entries()) {
    const answer = await kit.ask(archive);
    if (answer.kind === 'missing') {
      // The next archive is asked in the same second and its transfer dropped (java-phones 4.5).
      const next = manifest.archives[k + 1];
      if (next !== undefined) await kit.ask(next, { dropsAtFirstBlock: true });
    }
    if (answer.kind !== 'file' || !isGoodArchive(archive, answer.bytes)) {
      kit.screen(answer.kind === 'file' ? 'Checksum Error' : 'File not found');
      kit.tell({ event: 'load.refused', load, reason: answer.kind === 'file' ? 'Checksum Error' : 'File not found' });
      kit.risks(null);
      return false;
    }
    const seconds = ARCHIVE_SECONDS + (ARCHIVE_SECONDS_A_MB * answer.bytes.length) / 1_000_000;
    await kit.writes(archive, load, seconds, javaFlash(kit), gone);
    kit.risks(gone);
  }
  const release = javaLoad(load)?.release ?? releaseOfBuild(manifest.build) ?? [];
  const trust = trustedBy(release, kit.knobs.newLoadsTrustBoth);
  kit.settles({ kind: 'java', load, build: manifest.build, trust, protocol: protocolOf(manifest) });
  kit.tell({ event: 'flash.written', file: `${load}.loads`, load });
  return true;
}

/** Locale, tones and dial plan (java-phones 4.1); names with a slash in front where the logs have one. */
async function askServices(kit: Kit, config: string, protocol: string | null): Promise<void> {
  const locale = /<userLocale\b[\s\S]*?<name>([^<]*)<\/name>/i.exec(config)?.[1]?.trim() ?? '';
  const folder = locale === '' ? '' : `${locale}/`;
  await kit.wait(LOCALE_SECONDS);
  await kit.ask(`/${folder}${kit.profile.localePrefix}-${(protocol ?? 'SCCP').toLowerCase()}.jar`);
  kit.configured(`SEP${kit.mac}.cnf.xml`);
  const network = elementText(config, 'networkLocale') ?? '';
  if (network !== '') await kit.ask(`/${network}/g3-tones.xml`);
  if (protocol === 'SIP') {
    await kit.wait(DIAL_PLAN_SECONDS);
    await kit.ask(elementText(config, 'dialTemplate') || 'dialplan.xml');
  }
}

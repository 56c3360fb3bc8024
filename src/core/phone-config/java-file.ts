import type { AccountLine } from '../account/account.ts';
import { isWithin, type Release } from '../names/release.ts';
import { CALL_MANAGER, OFF } from './check-account.ts';
import type { JavaElement } from './facts.ts';
import { shortLabel } from './label.ts';
import type { Reach } from './proxy-form.ts';
import type { ConfigSettings, ConfigWish } from './wish.ts';
import { childOf, node, type XmlNode, xmlText } from './xml-text.ts';
import type { ZoneName } from './zone-name.ts';

/** What `SEP<MAC>.cnf.xml` is made of. */
export interface JavaParts {
  readonly wish: ConfigWish;
  readonly release: Release;
  readonly reach: Reach;
  readonly zone: ZoneName | null;
}

type Values = Readonly<Record<string, string>>;

const MANAGER = 'devicePool/callManagerGroup/members/member/callManager';
const LINE = 'sipProfile/sipLines/line';
const CLOCK = 'devicePool/dateTimeSetting';
/** A parked phone needs a member (after-landing 2.1), and no PBX may be known; it has no line that would go there (invented). */
const NOBODY = '0.0.0.0';

/** The text of the file; elements stand in the order of the facts. */
export function javaText(parts: JavaParts, elements: readonly JavaElement[]): string {
  const known = elements.filter(({ releases }) => isWithin(parts.release, releases));
  const device = node('device');
  const { ownKeys } = parts.wish.settings;
  const values = { ...valuesOf(parts), ...ownKeys };
  const lines = linesOf(parts);
  for (const element of known) {
    if (isOfLine(element.path)) {
      // All lines at once, where the first element of theirs stands.
      if (childrenOfLines(device) === null) for (const line of lines) addLine(device, line, known, ownKeys);
      continue;
    }
    const value = values[element.path] ?? element.written;
    if (value !== null) put(device, element.path, value);
  }
  const paths = new Set(known.map(({ path }) => path));
  for (const [path, value] of Object.entries(ownKeys)) if (!paths.has(path)) put(device, path, value);
  if (ownKeys.versionStamp === undefined) put(device, 'versionStamp', stampOf(xmlText(device)));
  return xmlText(device);
}

function isOfLine(path: string): boolean {
  return path.startsWith(`${LINE}/`) || path.startsWith(`${LINE}@`);
}

function childrenOfLines(device: XmlNode): readonly XmlNode[] | null {
  const profile = device.children.find(({ name }) => name === 'sipProfile');
  return profile?.children.find(({ name }) => name === 'sipLines')?.children ?? null;
}

function addLine(device: XmlNode, values: Values, known: readonly JavaElement[], ownKeys: Values): void {
  const lines = childOf(childOf(device, 'sipProfile'), 'sipLines');
  const line = node('line');
  lines.children.push(line);
  for (const { path, written } of known) {
    if (!isOfLine(path)) continue;
    const value = ownKeys[path] ?? values[path] ?? written;
    if (value !== null) put(line, path.slice(LINE.length).replace(/^\//, ''), value);
  }
}

/** Puts a value at `a/b/c` or `a/b@c`, with every element on the way. */
function put(root: XmlNode, path: string, value: string): void {
  const [elements = '', name] = path.split('@');
  const parent = elements
    .split('/')
    .filter((part) => part !== '')
    .reduce(childOf, root);
  if (name === undefined) parent.text = value;
  else parent.attributes.set(name, value);
}

function valuesOf({ wish, reach, zone }: JavaParts): Values {
  const { phone, account, pbx, settings } = wish;
  const port = `${pbx?.port ?? 5060}`;
  return {
    loadInformation: phone.load,
    // The same number in all three places (after-landing 2.2).
    [`${MANAGER}/ports/sipPort`]: port,
    'sipProfile/voipControlPort': port,
    [`${MANAGER}/processNodeName`]: pbx?.host ?? NOBODY,
    'sipProfile/sipProxies/registerWithProxy': account === null ? 'false' : 'true',
    'sipProfile/phoneLabel': labelOf(wish),
    'sipProfile/dialTemplate': 'dialplan.xml',
    'sipProfile/natEnabled': `${settings.nat}`,
    ...(reach.transportValue === null ? {} : { transportLayerProtocol: reach.transportValue }),
    'vendorConfig/webAccess': settings.webAccess ? '0' : '1',
    servicesURL: settings.servicesUrl,
    directoryURL: settings.directoryUrl,
    versionStamp: '',
    ...clockOf(settings, zone),
    ...(settings.codec === null ? {} : { 'sipProfile/preferredCodec': settings.codec }),
    ...(settings.expirySeconds === null
      ? {}
      : { 'sipProfile/sipStack/timerRegisterExpires': `${settings.expirySeconds}` }),
    ...(settings.phonePassword === null ? {} : { 'commonProfile/phonePassword': settings.phonePassword }),
    ...softKeysOf(settings),
  };
}

function softKeysOf({ ownFiles }: ConfigSettings): Values {
  const own = ownFiles.find(({ name }) => /^soft-?keys?[^/]*\.xml$/i.test(name));
  return own === undefined ? {} : { 'sipProfile/softKeyFile': own.name };
}

/** A MAC has as many characters as a label may have. */
function labelOf({ phone, account }: ConfigWish): string {
  if (account === null) return phone.mac;
  return shortLabel(phone.label ?? account.label ?? account.lines[0]?.extension ?? '', 12);
}

function clockOf({ ntp, dateForm, hours }: ConfigSettings, zone: ZoneName | null): Values {
  return {
    [`${CLOCK}/dateTemplate`]: hours === 12 ? `${dateForm}A` : dateForm,
    [`${CLOCK}/timeZone`]: zone?.name ?? 'Greenwich Standard Time',
    ...(ntp === null ? {} : { [`${CLOCK}/ntps/ntp/name`]: ntp, [`${CLOCK}/ntps/ntp/ntpMode`]: 'Unicast' }),
  };
}

function linesOf({ wish, reach }: JavaParts): readonly Values[] {
  const { phone, account, pbx, settings } = wish;
  const port = `${pbx?.port ?? 5060}`;
  if (account === null) return [parkedLine(phone.label, port)];
  const proxy = reach.form === 'address' ? (pbx?.host ?? '') : CALL_MANAGER;
  return account.lines.map((line) => ({
    ...lineValues(line),
    [`${LINE}/proxy`]: proxy,
    [`${LINE}/port`]: port,
    ...(settings.messages === '' ? {} : { [`${LINE}/messagesNumber`]: settings.messages }),
  }));
}

function lineValues({ line, extension, name, authName, password }: AccountLine): Values {
  return {
    [`${LINE}@button`]: `${line}`,
    [`${LINE}/featureLabel`]: extension.slice(0, 31),
    [`${LINE}/name`]: extension,
    [`${LINE}/displayName`]: cut(name === '' ? extension : name, 32),
    [`${LINE}/authName`]: authName,
    [`${LINE}/authPassword`]: password,
    [`${LINE}/contact`]: extension,
  };
}

/** One line there must be (after-landing 2.1); a name and a proxy of UNPROVISIONED are none, so it cannot register. */
function parkedLine(label: string | null, port: string): Values {
  return {
    [`${LINE}@button`]: '1',
    [`${LINE}/featureLabel`]: cut(label === null ? 'landed' : `landed ${label}`, 31),
    [`${LINE}/proxy`]: OFF,
    [`${LINE}/port`]: port,
    [`${LINE}/name`]: OFF,
    [`${LINE}/displayName`]: 'landed',
  };
}

function cut(text: string, maxLength: number): string {
  return [...text].slice(0, maxLength).join('');
}

/** Another text for another file (FNV-1a, 32 bits): phones compare it to find out whether anything has changed. */
function stampOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

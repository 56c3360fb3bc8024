import type { Knobs } from '../phone-options.ts';
import { isNoName, LONGEST_PASSWORD, portOf, type TakenSettings, type WantedLine } from './wanted-line.ts';
import { at, child, readXml, textAt, type XmlElement } from './xml-reader.ts';

/** The knobs that decide about a SEP file. */
export type JavaConfigKnobs = Pick<
  Knobs,
  'cutsLongPassword' | 'takesAnyLabel' | 'transportIfAbsent' | 'callManagerPortOf'
>;

/** After-landing 2.5. What a phone does with a longer one is not known; invented: the file is refused. */
const LONGEST: Readonly<Record<string, number>> = {
  name: 127,
  contact: 127,
  authName: 128,
  displayName: 32,
  proxy: 47,
};
const LONGEST_NODE = 47;
const LONGEST_LABEL = 12;
const CALL_MANAGER = 'USECALLMANAGER';
const LINE_FEATURE = '9';
const CODECS = ['none', 'g711ulaw', 'g711alaw', 'g729a', 'g722', 'iLBC'];
/** One generic line is all that a SEP file with an error brings (after-landing 2.1). */
const REFUSED = 'Error Verifying Config Info';

interface Node {
  readonly name: string;
  readonly port: number;
}

/** What a Java phone of that major release with so many line buttons does with its `SEP<MAC>.cnf.xml`. */
export function takeJava(content: string, major: number, buttons: number, knobs: JavaConfigKnobs): TakenSettings {
  const read = readXml(content);
  const device = read.ok && read.root.name === 'device' ? read.root : null;
  if (device === null) return none('refused', [REFUSED]);
  const profile = child(device, 'sipProfile');
  const settings = general(device, profile);
  const node = nodes(device)[0];
  // 9.3(1) stumbles over empty members; that 8.x without one is not ready either is the careful reading (after-landing 2.1).
  if (node === undefined || isRefused(profile, node, knobs)) return none('refused', [REFUSED]);
  if (['2', '3'].includes(textAt(device, 'deviceSecurityMode') ?? '')) {
    return none('unprovisioned', ['No Trust List Installed']);
  }
  const lines = usableLines(profile, buttons);
  const first = lines[0];
  if (first === undefined) return none('unprovisioned', []);
  const isCallManager = first.proxy === CALL_MANAGER;
  // 9.x never sends a REGISTER to an address in <proxy>; what it shows then is not known, "Unregistered" is invented.
  const isReached = (isCallManager || major < 9) && textAt(profile, 'sipProxies/registerWithProxy') === 'true';
  if (!isReached)
    return { ...settings, verdict: 'quiet', lines: [], named: [], status: [], screen: 'Unregistered', isCallManager };
  const there = (line: WantedLine): WantedLine =>
    line.proxy === CALL_MANAGER
      ? { ...line, proxy: node.name, port: nodePort(knobs, settings.controlPort, node, line) }
      : line;
  const registering = lines.map(there);
  return {
    ...settings,
    verdict: 'registers',
    lines: registering,
    named: registering,
    status: [],
    screen: '',
    isCallManager,
    // Outside CallManager mode the stack forces UDP (after-landing 0, 12).
    transport: isCallManager ? transport(device, knobs) : 'udp',
  };
}

function none(verdict: 'refused' | 'unprovisioned', status: readonly string[]): TakenSettings {
  return {
    ...general(null, null),
    ...{ verdict, lines: [], named: [], status, screen: 'Unprovisioned', isCallManager: false },
  };
}

function general(
  device: XmlElement | null,
  profile: XmlElement | null,
): Omit<TakenSettings, 'verdict' | 'lines' | 'named' | 'status' | 'screen' | 'isCallManager'> {
  const number = (path: string, standard: number) => {
    const text = textAt(profile, path) ?? '';
    return /^\d{1,7}$/.test(text) ? Number(text) : standard;
  };
  const codec = textAt(profile, 'preferredCodec') ?? 'none';
  return {
    transport: 'udp',
    controlPort: portOf(textAt(profile, 'voipControlPort') ?? '') ?? 5060,
    expires: number('sipStack/timerRegisterExpires', 3600),
    delta: number('sipStack/timerRegisterDelta', 5),
    // Booleans are exactly `true`; anything else is false.
    nat: { isOn: textAt(profile, 'natEnabled') === 'true', address: textAt(profile, 'natAddress') ?? '' },
    mediaPorts: { first: number('startMediaPort', 16_384), last: number('stopMediaPort', 32_766) },
    codec: CODECS.includes(codec) ? codec : 'none',
    sync: device === null ? '' : (textAt(device, 'versionStamp') ?? ''),
  };
}

/** A name closes its member, so ports behind it count for the next one (after-landing 2.1). */
function nodes(device: XmlElement): Node[] {
  const found: Node[] = [];
  const members = at(device, 'devicePool/callManagerGroup/members')?.children ?? [];
  let port = 5060;
  for (const member of members.filter(({ name }) => name === 'member')) {
    for (const part of child(member, 'callManager')?.children ?? []) {
      if (part.name === 'ports') port = portOf(textAt(part, 'sipPort') ?? '') ?? 5060;
      if (part.name !== 'processNodeName') continue;
      const name = part.text.trim();
      if (name !== '') found.push({ name, port });
      port = 5060;
    }
  }
  return found;
}

function isRefused(profile: XmlElement | null, node: Node, knobs: JavaConfigKnobs): boolean {
  const label = textAt(profile, 'phoneLabel') ?? '';
  const isLabelBad = label.length > LONGEST_LABEL || /\s/.test(label);
  if (node.name.length > LONGEST_NODE || (isLabelBad && !knobs.takesAnyLabel)) return true;
  return lineElements(profile).some((line) => {
    const isTooLong = (part: string, longest: number) => (textAt(line, part) ?? '').length > longest;
    if (Object.entries(LONGEST).some(([part, longest]) => isTooLong(part, longest))) return true;
    return isTooLong('authPassword', LONGEST_PASSWORD) && !knobs.cutsLongPassword;
  });
}

/** Lines count inside `sipProfile` only. */
function lineElements(profile: XmlElement | null): readonly XmlElement[] {
  const lines = child(profile, 'sipLines')?.children ?? [];
  return lines.filter((line) => line.name === 'line' && textAt(line, 'featureID') === LINE_FEATURE);
}

/** The minimum of the vendor's reader: name, proxy and port (after-landing 2.1). */
function usableLines(profile: XmlElement | null, buttons: number): WantedLine[] {
  const lines: WantedLine[] = [];
  for (const element of lineElements(profile)) {
    const value = (part: string) => textAt(element, part) ?? '';
    const { button = '' } = element.attributes;
    const port = portOf(value('port'));
    const name = value('name');
    const isUsable = /^\d+$/.test(button) && !isNoName(name) && !isNoName(value('proxy')) && port !== null;
    if (!isUsable || lines.length >= buttons) continue;
    lines.push({
      line: Number(button),
      name,
      contact: value('contact') || name,
      authName: value('authName') || name,
      password: value('authPassword').slice(0, LONGEST_PASSWORD),
      displayName: value('displayName'),
      proxy: value('proxy'),
      port,
    });
  }
  return lines;
}

/** Which of three ports is the server's in CallManager mode is not known; the vendor's stack takes the first (after-landing 2.2). */
function nodePort(knobs: JavaConfigKnobs, controlPort: number, node: Node, line: WantedLine): number {
  if (knobs.callManagerPortOf === 'sipPort') return node.port;
  return knobs.callManagerPortOf === 'line' ? line.port : controlPort;
}

/** 1 and 4 are TCP, 2 is UDP, 3 is TLS, which without security is TCP (after-landing 2.3). */
function transport(device: XmlElement, knobs: JavaConfigKnobs): 'udp' | 'tcp' {
  const written = textAt(device, 'transportLayerProtocol') ?? '';
  if (written === '2') return 'udp';
  if (['1', '3', '4'].includes(written)) return 'tcp';
  return knobs.transportIfAbsent === 'tcp' ? 'tcp' : 'udp';
}

import { type ConfigElement, childOf, elementAt } from './element.ts';
import { CALL_MANAGER, callManagers, type JavaPhone, registeringLines, textAt, useOfProxyForm } from './java-phone.ts';
import { isName } from './value-form.ts';

const SIP_PORT = '5060';
const TCP = ['1', '4'];

/** Where a Java phone registers: form of the proxy, call managers, ports, transport, NAT (after-landing 2.1 to 2.3, 4.2). */
export function checkJavaServer(phone: JavaPhone): void {
  const proxies = registeringLines(phone.root).flatMap((line) => childOf(line, 'proxy') ?? []);
  const isGroup = proxies.some(({ text }) => text === CALL_MANAGER);
  const [addressed] = proxies.filter(({ text }) => text !== CALL_MANAGER && text !== '');
  if (addressed !== undefined) checkAddressed(phone, addressed);
  checkCallManagers(phone, isGroup);
  checkPorts(phone, isGroup);
  checkHost(phone, isGroup ? firstServer(phone) : (addressed ?? null), isGroup);
  checkTransport(phone, isGroup);
  checkNat(phone);
}

function checkAddressed(phone: JavaPhone, proxy: ConfigElement): void {
  const use = useOfProxyForm(phone, 'address');
  if (use === 'usual' || use === 'possible') return;
  phone.tell(phone.held(proxy), {
    code: 'P_ADDRESS_IN_PROXY',
    severity: use === 'refused' ? 'will not work' : 'works badly',
    place: 'proxy',
    wrong: `${use === 'refused' ? (phone.load?.name ?? 'this load') : 'a load of 9.x'} wants the word ${CALL_MANAGER} here`,
    phone: use === 'refused' ? 'it sends no REGISTER at all' : 'on 9.x it sends no REGISTER at all; on 8.x this works',
    mend: `write <proxy>${CALL_MANAGER}</proxy>, and the address into processNodeName`,
  });
}

function firstServer({ root }: JavaPhone): ConfigElement | null {
  return (
    callManagers(root)
      .flatMap((one) => childOf(one, 'processNodeName') ?? [])
      .find(({ text }) => text !== '') ?? null
  );
}

function checkCallManagers(phone: JavaPhone, isGroup: boolean): void {
  const { root, tell, held, load } = phone;
  if (firstServer(phone) === null) {
    const isNeeded = isGroup || load === null || (load.release[0] ?? 0) > 8;
    tell(held(elementAt(root, 'devicePool/callManagerGroup')), {
      code: 'P_NO_CALL_SERVER',
      severity: isNeeded ? 'will not work' : 'works badly',
      place: 'processNodeName',
      wrong: 'no member of callManagerGroup has one',
      phone: isNeeded
        ? 'it registers nowhere; 9.3(1) fails on the file'
        : '8.x wants one, and does without in some files',
      mend: 'write the address of the PBX into member/callManager/processNodeName',
    });
  }
  for (const manager of callManagers(root)) {
    const names = manager.children.map(({ name }) => name);
    const [ports, node] = [names.indexOf('ports'), names.indexOf('processNodeName')];
    if (node < 0 || ports < 0 || ports < node) continue;
    const isOther = (elementAt(manager, 'ports/sipPort')?.text ?? SIP_PORT) !== SIP_PORT;
    tell(held(childOf(manager, 'ports')), {
      code: isOther ? 'P_PORTS_DIFFER' : 'P_CONFIG_KEY_UNKNOWN',
      severity: isOther ? 'works badly' : 'harmless',
      place: 'ports',
      wrong: 'it stands behind processNodeName',
      phone: isOther ? 'it may go on using 5060' : 'it does no harm as long as the port is 5060',
      mend: 'put <ports> before <processNodeName>',
    });
  }
}

function checkPorts(phone: JavaPhone, isGroup: boolean): void {
  const { root, tell, held, question } = phone;
  const [manager] = callManagers(root);
  const sipPort = manager === undefined ? null : elementAt(manager, 'ports/sipPort');
  const control = elementAt(root, 'sipProfile/voipControlPort');
  const [line] = registeringLines(root).flatMap((one) => childOf(one, 'port') ?? []);
  if (line === undefined) return;
  const wanted = question.pbx?.port ?? null;
  const all = [
    { name: 'sipPort', element: sipPort, port: portOf(sipPort), isAsked: isGroup },
    { name: 'port of the line', element: line, port: portOf(line), isAsked: true },
    { name: 'voipControlPort', element: control, port: portOf(control), isAsked: isGroup },
  ];
  if (wanted !== null && !all.some(({ port, isAsked }) => isAsked && port === String(wanted))) {
    tell(held(line), {
      code: 'P_PORTS_DIFFER',
      severity: 'will not work',
      place: 'port',
      wrong: `the PBX listens on ${wanted}, and no port here is ${wanted}`,
      phone: 'it asks a port where nobody answers',
      mend: `write ${wanted} into sipPort, port and voipControlPort`,
    });
    return;
  }
  const base = wanted === null ? portOf(line) : String(wanted);
  const other = all.find(({ port }) => port !== base);
  if (other === undefined) return;
  tell(held(other.element ?? line), {
    code: 'P_PORTS_DIFFER',
    severity: isGroup ? 'works badly' : 'harmless',
    place: other.name,
    wrong: `it is ${other.port}, and ${wanted === null ? 'the port of the line' : 'that of the PBX'} is ${base}`,
    phone: isGroup
      ? 'nobody knows for certain to which of the three ports it sends'
      : 'it sends to the port of the line',
    mend: `write ${base} into sipPort, port and voipControlPort`,
  });
}

function portOf(element: ConfigElement | null): string {
  return element === null || element.text === '' ? SIP_PORT : element.text;
}

function checkHost({ question, tell, held }: JavaPhone, server: ConfigElement | null, isGroup: boolean): void {
  if (server === null) return;
  const place = isGroup ? 'processNodeName' : 'proxy';
  if (isName(server.text) && question.pbx?.host !== server.text) {
    tell(held(server), {
      code: 'P_CALL_SERVER_UNRESOLVED',
      severity: 'harmless',
      place,
      wrong: 'the call server is given by name',
      phone: 'it passes the server over where DNS does not answer',
      mend: 'write its address, unless the PBX needs the name',
    });
  }
  if (question.pbx === null || server.text === question.pbx.host) return;
  tell(held(server), {
    code: 'P_NO_CALL_SERVER',
    severity: 'will not work',
    place,
    wrong: 'it is another call server than the one of --pbx',
    phone: 'it registers there',
    mend: `write ${question.pbx.host}`,
  });
}

function checkTransport({ root, tell, held, load }: JavaPhone, isGroup: boolean): void {
  const element = childOf(root, 'transportLayerProtocol');
  const value = element?.text ?? '';
  const isEight = load !== null && (load.release[0] ?? 0) < 9;
  const isSecure = ['2', '3'].includes(textAt(root, 'deviceSecurityMode'));
  const finding = faultOfTransport({ value, isGroup, isEight, isSecure });
  if (finding === null) return;
  const [severity, wrong, phone] = finding;
  tell(held(element), {
    code: 'P_TRANSPORT_UNCERTAIN',
    severity,
    place: 'transportLayerProtocol',
    wrong,
    phone,
    mend: isGroup ? 'write 1 where the PBX listens on TCP, else 2' : 'write 2',
  });
}

interface Transport {
  readonly value: string;
  readonly isGroup: boolean;
  readonly isEight: boolean;
  readonly isSecure: boolean;
}

function faultOfTransport({
  value,
  isGroup,
  isEight,
  isSecure,
}: Transport): readonly ['works badly' | 'harmless', wrong: string, phone: string] | null {
  if (value === '') {
    if (!isGroup && isEight) return ['harmless', 'it is missing', 'it uses UDP with an address in <proxy>'];
    return ['works badly', 'it is missing', 'whether it then uses TCP or UDP is reported in two ways'];
  }
  if (value === '2') return null;
  if (value === '3') {
    if (isSecure) return ['works badly', 'it is TLS', 'it can do TLS 1.0 only, which most servers refuse'];
    return ['harmless', 'it is TLS, without deviceSecurityMode 2 or 3', 'it uses TCP'];
  }
  if (!TCP.includes(value)) return ['works badly', 'it is none of 1, 2, 3 and 4', 'what it does is not known'];
  if (isGroup) return null;
  return ['harmless', 'it is TCP, with an address in <proxy>', 'it uses UDP, whatever stands here'];
}

function checkNat({ root, tell, held }: JavaPhone): void {
  const enabled = elementAt(root, 'sipProfile/natEnabled');
  const address = elementAt(root, 'sipProfile/natAddress');
  const isOn = enabled?.text === 'true';
  if (isOn) {
    tell(held(enabled), {
      code: 'P_NAT_KEYS',
      severity: 'harmless',
      place: 'natEnabled',
      wrong: 'NAT is on',
      phone:
        'it sends from the port that it listens on, which helps where the PBX forces rport, and harms behind a router that translates SIP itself',
      mend: 'write false when phone and PBX are in one network and the PBX does not force rport',
    });
  }
  if (address === null || address.text === '') return;
  tell(held(address), {
    code: 'P_NAT_KEYS',
    severity: isOn ? 'works badly' : 'harmless',
    place: 'natAddress',
    wrong: isOn ? 'there is a NAT address' : 'there is a NAT address, and NAT is off',
    phone: isOn ? 'it answers 404 to calls for any other address' : 'it may still name that address in its Contact',
    mend: 'leave it empty unless the phone is behind NAT and this is the outer address',
  });
}

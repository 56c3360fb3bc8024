/** What a hand-written configuration says; a test changes what it is about. */
export interface HandWritten {
  readonly mac: string;
  readonly load: string;
  readonly pbx: string;
  readonly port?: number;
  readonly name?: string;
  /** The name in the digest, where it is another. */
  readonly authName?: string;
  readonly password?: string;
  /** 1 TCP, 2 UDP (Java phones). */
  readonly transport?: string;
  readonly expires?: number;
  /** Further lines of a `.cnf`, or elements at the end of `sipProfile`. */
  readonly more?: string;
}

/** `SIPDefault.cnf` and `SIP<MAC>.cnf` of a 7940/7960, by hand. */
export function cnfFiles(written: HandWritten): Record<string, string> {
  const { mac, load, pbx, port = 5060, name = '201', password = 'lagoon42', expires = 3600, more = '' } = written;
  const { authName = name } = written;
  return {
    'SIPDefault.cnf': [
      '# for every phone',
      `image_version: ${load}`,
      `proxy1_address: "${pbx}" ; the PBX`,
      `proxy1_port : "${port}"`,
      'proxy_register: 1',
      `timer_register_expires: ${expires}`,
      'preferred_codec: g711ulaw',
      '',
    ].join('\r\n'),
    [`SIP${mac}.cnf`]: [
      `line1_name: "${name}"`,
      `line1_authname: "${authName}"`,
      `line1_password: "${password}"`,
      `line1_displayname: "Desk ${name}"`,
      more,
      '',
    ].join('\n'),
  };
}

/** `SEP<MAC>.cnf.xml` of a Java phone, by hand; the proxy is an address for 8.x and USECALLMANAGER for 9.x. */
export function sepFile(written: HandWritten): Record<string, string> {
  const { mac, load, pbx, port = 5060, name = '201', password = 'lagoon42', expires = 3600, more = '' } = written;
  const proxy = /\.9-/.test(load) ? 'USECALLMANAGER' : pbx;
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!-- by hand -->
<device>
  <deviceProtocol>SIP</deviceProtocol>
  <devicePool><callManagerGroup><members><member priority="0"><callManager>
    <ports><ethernetPhonePort>2000</ethernetPhonePort><sipPort>${port}</sipPort></ports>
    <processNodeName>${pbx}</processNodeName>
  </callManager></member></members></callManagerGroup></devicePool>
  <sipProfile>
    <sipProxies><registerWithProxy>true</registerWithProxy></sipProxies>
    <sipStack><timerRegisterExpires>${expires}</timerRegisterExpires><timerRegisterDelta>5</timerRegisterDelta></sipStack>
    <preferredCodec>none</preferredCodec>
    <kpml>0</kpml>
    <natEnabled>false</natEnabled>
    <phoneLabel>${name}</phoneLabel>
    <sipLines>
      <line button="1"><featureID>9</featureID><featureLabel>${name}</featureLabel><proxy>${proxy}</proxy><port>${port}</port>
        <name>${name}</name><displayName>Desk ${name}</displayName><authName>${name}</authName>
        <authPassword>${password}</authPassword></line>
    </sipLines>
    <voipControlPort>${port}</voipControlPort>
    ${more}
  </sipProfile>
  <loadInformation>${load}</loadInformation>
  <deviceSecurityMode>1</deviceSecurityMode>
  <transportLayerProtocol>${written.transport ?? '2'}</transportLayerProtocol>
</device>
`;
  return { [`SEP${mac}.cnf.xml`]: text };
}

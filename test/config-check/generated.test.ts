import { expect, test } from 'vitest';
import { CONFIG_MAC, generated, ruleOf, SIP_PHONES, wishFor } from '../support/phone-config.ts';
import { check, short } from './checked.ts';

const PBX = { host: '192.0.2.10', port: 5060, transport: 'udp' } as const;

/** Every finding in the files of a phone, checked as the folder that a TFTP server would serve. */
function findingsIn(model: (typeof SIP_PHONES)[number][0], load: string, wish: Parameters<typeof wishFor>[2]) {
  const { files } = generated(wishFor(model, load, wish));
  const beside = Object.keys(files);
  const before = files['SIPDefault.cnf'];
  return Object.entries(files).flatMap(([name, text]) =>
    check(name, text, {
      load,
      model,
      isSecondHand: name.includes(CONFIG_MAC),
      beside,
      ...(before === undefined || name === 'SIPDefault.cnf' ? {} : { before }),
      ...(wish?.account === null ? {} : { pbx: { host: PBX.host, port: PBX.port } }),
    }).map((finding) => `${name}: ${short(finding)} ${finding.place}: ${finding.wrong}`),
  );
}

test.each(SIP_PHONES)('files generated for a %s on %s have no finding', (model, load) => {
  const settings = { zone: ruleOf('Europe/Berlin'), ntp: '192.0.2.1' };
  expect(findingsIn(model, load, { settings })).toEqual([]);
});

test.each(SIP_PHONES)('a %s on %s with every setting that can be chosen has files without a finding', (model, load) => {
  const settings = {
    zone: ruleOf('America/New_York'),
    ntp: '192.0.2.1',
    rings: [{ label: 'Old bell', file: 'bell.raw' }],
    directoryUrl: 'http://192.0.2.10/directory.xml',
    servicesUrl: 'http://192.0.2.10/services.xml',
    messages: '*97',
    phonePassword: 'bench1234',
  };
  const findings = findingsIn(model, load, { settings, label: 'A label that is too long for the phone' });
  // The sound itself is the operator's.
  expect(findings.filter((text) => !text.includes('bell.raw does not lie beside'))).toEqual([]);
});

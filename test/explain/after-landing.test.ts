import { expect, test } from 'vitest';
import { explain } from '../../src/core/explain/explain.ts';

const codes = (query: string) => explain(query).map(({ code }) => code);

test.each([
  ['REG auth failed: ack timer', 'P_FORCED_RPORT'],
  ['%REG auth failed: ack timer', 'P_FORCED_RPORT'],
  ['Dec 24 10:00:32 E620 REG auth failed: ack timer', 'P_FORCED_RPORT'],
  ['Registering', 'P_FORCED_RPORT'],
  ['Registration rejected', 'P_REGISTRATION_REJECTED'],
  ['Error Updating Locale', 'P_ERROR_UPDATE_LOCALE'],
  ['No Trust List Installed', 'P_TRUST_LIST_UPDATED'],
  ['Trust List Update Failed', 'P_TFTP_SERVER_NOT_AUTHORIZED'],
  ['invalid file SEP001D45000011.cnf.xml, authenticated fail', 'P_TFTP_SERVER_NOT_AUTHORIZED'],
  ['Unprovisioned', 'P_CONFIG_NOT_TAKEN'],
  ['no more credentials', 'P_WRONG_PASSWORD'],
  ['Expires time too small', 'P_EXPIRES_TOO_SMALL'],
  ['SIP/2.0 404 Not Found, Warning: 399 "Unknown address in Request URI"', 'P_UNKNOWN_ADDRESS_IN_REQUEST_URI'],
  ['Port Mismatch(UDP)', 'P_PORT_MISMATCH_UDP'],
  ['WARNING[1]: chan_sip.c: No audio format found to offer', 'P_NO_AUDIO_FORMAT'],
  ['one-way audio', 'P_ONE_WAY_AUDIO'],
  ['fail2ban', 'P_BANNED_BY_FIREWALL'],
  ['force_rport', 'P_FORCED_RPORT'],
  ['rewrite_contact', 'P_REWRITTEN_CONTACT'],
  ['deviceSecurityMode', 'P_SECURITY_MODE'],
  ['proxy_register', 'P_PROXY_REGISTER_OFF'],
  ['dyn_tftp_addr', 'P_LEFT_FOR_OTHER_TFTP'],
  ['telnet_level', 'P_TELNET_OPEN'],
])('after landing, "%s" finds %s', (text, code) => {
  expect(codes(text)).toContain(code);
});

/** Every message of SIP 8.12 of a 7940 or 7960 (after-landing 1.4). */
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  P_NO_ERRORS: ['I100', 'I660'],
  P_W210_W270: ['W210', 'W220', 'W250', 'W270'],
  P_W260_W261: ['W260', 'W261'],
  P_W310_W340: ['W310', 'W320', 'W330', 'W340'],
  P_W350_W351_W362: ['W350', 'W351'],
  P_W360_W361: ['W360', 'W361'],
  P_NO_LINE_NAME: ['W362'],
  P_W363_W400: ['W363', 'W364', 'W365', 'W366', 'W367', 'W368', 'W369', 'W389', 'W400'],
  P_W710: ['W710'],
  P_W900: ['W900'],
  P_REG_SEND_FAILURE: ['E600'],
  P_REG_AUTH_FAILED: ['E620'],
  P_REGISTRATION_REJECTED: ['E630', 'E640', 'E680'],
  P_EXPIRES_TOO_SMALL: ['E670'],
};

test.each(Object.entries(MESSAGES))('%s is found by its numbers, alone and in a line', (code, numbers) => {
  for (const number of numbers) {
    expect(codes(number), number).toContain(code);
    expect(codes(`12:01:44 ${number} something`), number).toContain(code);
  }
});

test('W362 is not called harmless: a phone without a line name registers nothing', () => {
  expect(codes('W362')).toEqual(['P_NO_LINE_NAME']);
});

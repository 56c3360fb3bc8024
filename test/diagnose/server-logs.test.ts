import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codesOf, diagnosed } from './diagnosed.ts';

/** The log of a real server that emulated phones asked. */
function logOf(server: string): string[] {
  const text = readFileSync(new URL(`../fixtures/server-logs/${server}.txt`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const [LOADER, JAVA, OLD] = ['0018B9C0FFE1', '0018B9C0FFE2', '0018B9C0FFE3'];

describe.each([
  ['dnsmasq-2.90', [`${JAVA} P_FILE_REFUSED`, `${OLD} P_TRIGGER_NOT_TAKEN`]],
  ['tftpd-hpa-5.2', [`${JAVA} P_FILE_REFUSED`, `${OLD} P_TRIGGER_NOT_TAKEN`]],
])('the log of %s', (server, stuck) => {
  const phones = diagnosed(logOf(server));
  const of = (mac: string) => phones.find((phone) => phone.mac === mac);

  it('has three phones, of which two get no further, each for its own reason', () => {
    expect(phones.map(({ mac }) => mac)).toEqual([JAVA, OLD, LOADER]);
    const told = phones.filter(({ standing }) => standing === 'stuck');
    expect(told.map((phone) => `${phone.mac} ${codesOf(phone)[0]?.split(' ')[0]}`)).toEqual(stuck);
  });

  it('shows what runs on each', () => {
    expect(of(JAVA)?.software).toMatchObject([{ generation: 'java', family: '42', protocol: 'SCCP' }]);
    expect(of(OLD)?.runs).toBe('SCCP application of a 7940/7960 (3.x to 4.x)');
    expect(of(LOADER)?.software).toMatchObject([{ generation: 'G3', running: 'application', protocol: 'SIP' }]);
    expect(of(LOADER)?.faults).toEqual([]);
  });

  it('has every round of the old phone from its first name on, whichever line came first', () => {
    expect(of(OLD)?.rounds.every(({ steps }) => steps[0]?.asked.name === 'OS79XX.TXT')).toBe(true);
  });
});

it('only a server that says what it sent makes a load likely', () => {
  const likely = (server: string) => diagnosed(logOf(server)).find(({ mac }) => mac === LOADER)?.likely?.load ?? null;
  expect([likely('dnsmasq-2.90'), likely('tftpd-hpa-5.2')]).toEqual(['P0S3-08-11-00', null]);
});

import { describe, expect, it } from 'vitest';
import { unknownText } from '../../src/cli/output/diagnosis-sources.ts';
import { adviceElsewhere } from '../../src/core/diagnose/advice-elsewhere.ts';
import { entryOf } from '../../src/core/explain/catalogue.ts';
import type { ExplainEntry } from '../../src/core/explain/entry.ts';
import { codesOf, hpa, onlyPhone } from './diagnosed.ts';

const MAC = '0018B9C0FFEE';

describe('an SCCP 3.x phone that went through all its names', () => {
  it.each([
    ['XMLDefault.cnf.xml', 5],
    [`SEP${MAC}.cnf.xml`, 3],
    ['SEPDefault.cnf', 9],
  ])('and was given %s found a file, and did not take what it names', (given, line) => {
    const names = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
    const phone = onlyPhone(
      hpa(
        '10.0.0.5',
        names.map((name) => `${name} ${name === given ? '+' : '-'}`),
      ),
    );
    expect(codesOf(phone)).toEqual([`P_TRIGGER_NOT_TAKEN ${line}`]);
    expect(phone.faults[0]?.about).toContain(`was given ${given}`);
  });
});

describe('advice for a phone that asked another server', () => {
  const steps = (code: string) => adviceElsewhere(entryOf(code) as ExplainEntry);

  it.each([
    'P_APP_BIN_ASKED',
    'P_CONFIG_ROUND_REPEATS',
    'P_LOADER_TOO_EARLY',
    'P_MANIFEST_MISSING',
    'P_NO_VALID_LOAD',
    'P_SEPDEFAULT_ONLY',
    'P_SEP_REFUSED',
    'P_TFTP_FILE_NOT_FOUND',
  ])('of %s says where a step is one of loadstep', (code) => {
    const own = steps(code).filter((step) => /enrol|the store|loadstep (?:serves|writes|names)/i.test(step));
    expect(own.filter((step) => !/^With(?:out)? loadstep: /.test(step))).toEqual([]);
  });

  it('names what to do at that server first', () => {
    for (const code of ['P_CONFIG_ROUND_REPEATS', 'P_NO_VALID_LOAD'])
      expect(steps(code).join(' ')).toMatch(/the folder of that server.*With loadstep: /);
  });

  it('of a load without its manifest names what a 7940 reads, too', () => {
    expect(entryOf('P_MANIFEST_MISSING')?.cause).toContain('`image_version`');
  });
});

it('a record that is given for a log is called a database, without its bytes', () => {
  const unread = [{ line: 1, text: 'SQLite format 3\u0000\u0010\u0000\u0001' }];
  const text = unknownText([
    { source: 'state/loadstep.db', unread } as unknown as Parameters<typeof unknownText>[0][0],
  ]);
  expect(text).toMatch(/^state\/loadstep\.db is no log but a database; .*"loadstep history --db state\/loadstep\.db"/);
  expect(text).not.toContain('SQLite format');
});

import { describe, expect, it } from 'vitest';
import { parseLoadName } from '../../src/core/names/load-name.ts';
import { shownVersion } from '../../src/core/names/shown-version.ts';

function shown(load: string): string | null {
  const parsed = parseLoadName(load);
  if (!parsed.ok) throw new Error(parsed.error);
  return shownVersion(parsed.value);
}

describe('the version that a phone shows', () => {
  it.each([
    ['P00308010200', '8.1(2.0)'],
    ['P0030801SR02', '8.1(SR.2)'],
    ['SCCP41.8-5-3S', '8.5(3S)'],
    ['SCCP41.9-4-2SR3-1S', '9.4(2SR3.1S)'],
    ['SCCP42.9-4-2SR3-1S', '9.4(2SR3.1S)'],
  ])('of %s is %s', (load, version) => {
    expect(shown(load)).toBe(version);
  });

  it.each(['P0S3-08-11-00', 'P003-08-11-00', 'P0030301MFG2', 'SIP41.9-4-2SR3-1S', 'P0030201'])(
    'of %s was not seen',
    (load) => {
      expect(shown(load)).toBeNull();
    },
  );
});

import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import { contentOf, isOfContent } from '../../src/core/firmware/package-content.ts';
import { packagesOf } from '../support/packages.ts';

const JAVA = 'SIP41.9-2-1S';

/** The package with another hash for one of its files. */
function withSha1(name: string, digit: string): FirmwarePackage {
  const [pack] = packagesOf(JAVA);
  if (pack === undefined) throw new Error('no package');
  const files = pack.files.map((file) => ({ ...file, sha1: (file.name === name ? digit : 'a').repeat(40) }));
  return { ...pack, files };
}

const LISTED = withSha1('', 'a').manifest;
const content = (name: string, digit: string, manifest = `${JAVA}.loads`) => contentOf(withSha1(name, digit), manifest);

test.each([`${JAVA}.loads`, ...LISTED])('a package with another %s has another content', (name) => {
  expect(content(name, 'b')).not.toBe(content(name, 'a'));
});

test('what a manifest does not list is no part of its content, the default manifest of a model included', () => {
  expect(content('term41.default.loads', 'b')).toBe(content('', 'a'));
  expect(content('term61.default.loads', 'b', 'term41.default.loads')).toBe(content('', 'a', 'term41.default.loads'));
  expect(content('term41.default.loads', 'b', 'term41.default.loads')).not.toBe(
    content('', 'a', 'term41.default.loads'),
  );
  expect(content(LISTED[0] ?? '', 'b', 'term41.default.loads')).not.toBe(content('', 'a', 'term41.default.loads'));
});

test('a folder under another name holds the same content, and a package without its manifest another', () => {
  const pack = withSha1('', 'a');
  expect(contentOf({ ...pack, id: 'elsewhere' }, `${JAVA}.loads`)).toBe(content('', 'a'));
  const files = pack.files.filter(({ name }) => name !== `${JAVA}.loads`);
  expect(contentOf({ ...pack, files }, `${JAVA}.loads`)).not.toBe(content('', 'a'));
});

test('an image is of a content when its bytes are those that are listed under its name', () => {
  const [jar = ''] = LISTED;
  expect(isOfContent(content('', 'a'), jar.toUpperCase(), 'a'.repeat(40))).toBe(true);
  expect(isOfContent(content('', 'a'), jar, 'b'.repeat(40))).toBe(false);
  expect(isOfContent(content('', 'a'), jar, null)).toBe(true);
  expect(isOfContent(content('', 'a'), 'other.sbn', 'b'.repeat(40))).toBe(true);
});

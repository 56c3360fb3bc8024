import { expect, test } from 'vitest';
import { isAllOf, isLastImage } from '../../src/core/plan/hop-progress.ts';
import type { Hop, HopFile } from '../../src/core/plan/plan.ts';
import { aHop } from '../machines/a-hop.ts';

// When a phone has everything that a hop needs, and when it may be writing flash.

const image = (name: string, need: HopFile['need'] = 'needed'): HopFile => ({
  name,
  role: 'image',
  need,
  present: true,
});
const manifest: HopFile = { name: 'L.loads', role: 'manifest', need: 'needed', present: true };
const hopOf = (kind: Hop['kind'], ...files: readonly HopFile[]): Hop => aHop('L', { kind, files });

const SINGLE = hopOf('image', image('L.bin'), image('L.sbn', 'optional'));
const LOADER = hopOf('loader', image('P003.sbn'), image('P003.bin', 'optional'));
const APPLICATION = hopOf(
  'application',
  manifest,
  image('P003.sbn', 'optional'),
  image('L.sb2'),
  image('x.sbn', 'optional'),
);
const BOTH = hopOf('application', manifest, image('P003.sbn'), image('L.sb2'));
const JAVA = hopOf('java-load', manifest, image('A.sbn'), image('B.sbn'), image('extra.sbn', 'optional'));

test.each<[string, Hop, readonly string[], boolean]>([
  ['an old phone with the unsigned image', SINGLE, ['l.BIN'], true],
  ['an old phone with the signed image', SINGLE, ['L.sbn'], true],
  ['an old phone with nothing', SINGLE, [], false],
  ['an old phone with another image', SINGLE, ['M.bin'], false],
  ['a phone with its loader', LOADER, ['P003.sbn'], true],
  ['a phone with the loader of the application alone', BOTH, ['P003.sbn'], false],
  ['a phone that had the loader already', BOTH, ['L.SB2'], true],
  ['a phone with the application', APPLICATION, ['L.sb2'], true],
  ['a phone with what some need beside it', APPLICATION, ['P003.sbn', 'x.sbn'], false],
  ['a Java phone with every archive', JAVA, ['b.SBN', 'a.sbn'], true],
  ['a Java phone with one of two', JAVA, ['A.sbn', 'extra.sbn'], false],
  ['a Java phone whose load has no archives', hopOf('java-load', manifest), ['A.sbn'], false],
])('%s has everything: %#', (_, hop, images, isAll) => {
  expect(isAllOf(hop, images)).toBe(isAll);
});

test.each<[string, Hop, string, readonly string[], boolean]>([
  ['an old phone may be writing with its first image', SINGLE, 'L.bin', ['L.bin'], true],
  ['a loader writes each image as it comes', BOTH, 'P003.sbn', ['P003.sbn'], true],
  ['a Java phone writes after the last archive', JAVA, 'b.SBN', ['A.sbn', 'B.sbn'], true],
  ['a Java phone goes on after the first', JAVA, 'A.sbn', ['A.sbn', 'B.sbn'], false],
  ['a Java phone that lacks one goes on', JAVA, 'B.sbn', ['B.sbn'], false],
  ['a boot loader writes after the last archive', { ...JAVA, kind: 'boot-loader' }, 'B.sbn', ['A.sbn', 'B.sbn'], true],
  ['a boot loader goes on before that', { ...JAVA, kind: 'boot-loader' }, 'A.sbn', ['A.sbn'], false],
])('%s', (_, hop, file, asked, isLast) => {
  expect(isLastImage(hop, file, asked)).toBe(isLast);
});

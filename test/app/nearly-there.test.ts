import { expect, test } from 'vitest';
import { NO_MEMORY } from '../../src/app/memory/memory.ts';
import { timesTried, tryAgain } from '../../src/app/memory/tried.ts';
import { ImageDoubt } from '../../src/app/phone/image-doubt.ts';
import type { SessionState } from '../../src/app/phone/session-state.ts';
import { NO_EVIDENCE } from '../../src/core/identify/evidence.ts';
import type { Hop } from '../../src/core/plan/plan.ts';

// An image of which only the last acknowledgement is missing is no doubt: the phone would ask for it again. One of several is not all of them.

const image = (name: string) => ({ name, role: 'image', need: 'needed' });
const JAVA = {
  kind: 'java-load',
  load: 'SIP42.9-3-1SR4-1S',
  files: ['a.sbn', 'b.sbn', 'c.sbn'].map(image),
} as unknown as Hop;
const LEGACY = {
  kind: 'application',
  load: 'P0S3-08-11-00',
  files: ['P003-08-11-00.sbn', 'P0S3-08-11-00.sb2'].map(image),
} as unknown as Hop;

/** A phone that asked for images of this hop, and has these of them; `lacks` tells what is believed of the others. */
function askedFor(hop: Hop, taken: readonly string[] = []) {
  const missing = { what: 'images-missing', load: hop.load } as const;
  const state = { memory: tryAgain(NO_MEMORY, missing), evidence: NO_EVIDENCE, context: { taken, unacked: [] } };
  const images = new ImageDoubt(state as unknown as SessionState);
  expect(timesTried(state.memory, missing)).toBe(1);
  return { images, lacks: () => images.lacksImages(hop) };
}

test('a Java phone lacks its other archives while the last acknowledgement of one is missing', () => {
  const { images, lacks } = askedFor(JAVA);
  images.lastSent({ hop: JAVA, name: 'a.sbn' });
  expect(lacks()).toBe(true);
});

test('it lacks none where that is all that is missing', () => {
  const { images, lacks } = askedFor(JAVA, ['a.sbn', 'b.sbn']);
  expect(lacks()).toBe(true);
  images.lastSent({ hop: JAVA, name: 'c.sbn' });
  expect(lacks()).toBe(false);
});

test('a phone with a loader needs its application for that', () => {
  const { images, lacks } = askedFor(LEGACY);
  images.lastSent({ hop: LEGACY, name: 'P003-08-11-00.sbn' });
  expect(lacks()).toBe(true);
  images.lastSent({ hop: LEGACY, name: 'P0S3-08-11-00.sb2' });
  expect(lacks()).toBe(false);
});

test('a transfer that has ended is not nearly there any more, whatever the phone is on its way to by now', () => {
  const { images, lacks } = askedFor(LEGACY);
  images.lastSent({ hop: LEGACY, name: 'P0S3-08-11-00.sb2' });
  images.ended({ name: 'P0S3-08-11-00.sb2' });
  expect(lacks()).toBe(true);
});

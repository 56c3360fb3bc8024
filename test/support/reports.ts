import type { PhoneReport } from '../../src/app/told/phone-line.ts';
import { ALICE } from '../store/samples.ts';

/** What is told of a phone that takes the loader in the second of three hops. */
export const takingAt = (now: number): PhoneReport => ({
  mac: ALICE,
  label: 'desk 4',
  model: '7940',
  target: 'P0S3-08-11-00',
  from: 'P0S3-05-3-00',
  start: 'P0030301MFG2',
  state: 'downloading',
  hop: 2,
  hops: 3,
  load: 'P003-08-11-00',
  since: now - 20_000,
  deadlineAt: now + 880_000,
  code: null,
  reason: null,
  advice: 'do not unplug the phone: it may be writing its flash',
  lastSeenAt: now,
  isEnrolled: true,
  file: 'P003-08-11-00.sbn',
  bytes: 65_000,
  size: 130_000,
  waits: null,
  inStateMs: 20_000,
  usualMs: 8000,
  leftMs: null,
  paused: null,
});

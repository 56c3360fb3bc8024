import { expect, test } from 'vitest';
import type { Conversion } from '../bench/conversion.ts';
import { checkConversion, checkGoals, isCompared } from '../bench/goals.ts';
import { type Row, workloadsFor } from '../bench/run-bench.ts';

const row = (target: string, workload: Row['workload'], changed: Partial<Row>): Row => ({
  target,
  workload,
  rate: 100,
  costUs: 5,
  retransmissions: 0,
  failed: 0,
  firstP99: 1,
  memoryMb: 10,
  loopP99Ms: 1,
  idleShare: null,
  othersShare: 0,
  ...changed,
});

const verdict = (rows: readonly Row[], start: string) =>
  checkGoals('ours', rows).find(({ goal }) => goal.startsWith(start))?.isMet;

test('a goal against two peers is measured against the faster one', () => {
  const rows = [row('ours', 'bulk200', { rate: 210 }), row('tftpd-hpa', 'bulk200', { rate: 60 })];
  expect(verdict(rows, 'bulk200: at least 2')).toBe(true);
  expect(verdict([...rows, row('atftpd', 'bulk200', { rate: 110 })], 'bulk200: at least 2')).toBe(false);
});

test('a goal is missed when a file was lost or a datagram had to be repeated, however fast it went', () => {
  const peer = row('dnsmasq', 'storm', { rate: 100 });
  expect(verdict([row('ours', 'storm', { rate: 501 }), peer], 'storm: at least 5')).toBe(true);
  expect(verdict([row('ours', 'storm', { rate: 501, failed: 1 }), peer], 'storm: at least 5')).toBe(false);
  expect(verdict([row('ours', 'storm', { retransmissions: 1 })], 'storm: no datagram')).toBe(false);
});

test('without the peer a goal is neither met nor missed', () => {
  expect(verdict([row('ours', 'single', {})], 'single: at least')).toBeNull();
});

test('downloads beside a storm are measured against the same downloads alone', () => {
  const alone = row('ours', 'bulk500', { rate: 100 });
  expect(verdict([alone, row('ours', 'both', { rate: 51 })], 'both: downloads')).toBe(true);
  expect(verdict([alone, row('ours', 'both', { rate: 49 })], 'both: downloads')).toBe(false);
  expect(verdict([alone, row('ours', 'both', { rate: 90, failed: 1 })], 'both: downloads')).toBe(false);
  expect(verdict([row('ours', 'both', {})], 'both: downloads')).toBeNull();
});

test('what a request costs is measured against the build of another time, where one is named', () => {
  const ours = row('ours', 'storm', { costUs: 100 });
  expect(verdict([ours, row('loadstep (before)', 'storm', { costUs: 600 })], 'storm: processor')).toBe(true);
  expect(verdict([ours, row('loadstep (before)', 'storm', { costUs: 590 })], 'storm: processor')).toBe(false);
  expect(verdict([ours], 'storm: processor')).toBeNull();
});

test('where only what the goals compare is measured, no goal lacks what it is compared with', () => {
  const targets = [
    'loadstep (product)',
    'loadstep (before)',
    'loadstep (alone, dgram)',
    'loadstep (alone, one thread)',
  ];
  const rows = [...targets, 'dnsmasq', 'tftpd-hpa', 'atftpd', 'npm tftp'].flatMap((target) =>
    workloadsFor(false).flatMap(({ id }) => (isCompared(target, id) ? [row(target, id, { idleShare: 0 })] : [])),
  );
  for (const target of ['loadstep (product)', 'loadstep (alone, dgram)']) {
    const reports = checkGoals(target, rows);
    expect(reports.length).toBeGreaterThan(0);
    const open = reports.filter(({ isMet, goal }) => isMet === null && !/^[\d,]+ phones/.test(goal));
    expect(open).toEqual([]);
  }
  expect(rows.length).toBeLessThan(18);
});

test('every goal of the product is told of, also those that nobody measured', () => {
  const product = 'loadstep (product)';
  const none = checkGoals(product, []);
  expect(new Set(none.map(({ isMet }) => isMet))).toEqual(new Set([null]));
  expect(none.map(({ measured }) => measured.split(':')[0])).toEqual([
    ...Array(none.length - 2).fill('not run'),
    ...Array(2).fill('not run here'),
  ]);
  const goals = workloadsFor(false)
    .filter(({ id }) => id !== 'bulk50')
    .map(({ id }) => row(product, id, { idleShare: 0 }));
  expect(checkGoals(product, goals).map(({ goal }) => goal)).toEqual(none.map(({ goal }) => goal));
});

const conversion = (changed: Partial<Conversion> = {}): Conversion => ({
  phones: 1000,
  landed: 1000,
  held: 0,
  seconds: 30,
  costMs: 10,
  peakMb: 150,
  othersShare: 0,
  asked: 18_000,
  repeated: 0,
  delay: { p50: 1, p99: 5, max: 20, maxOwn: 10 },
  grownBytes: 300,
  ...changed,
});

const MANY = { phones: 10_000, landed: 10_000 };

test.each([
  ['half the time of the build before', {}, { before: conversion({ seconds: 60 }) }, true],
  ['a little more than half of it', { seconds: 31 }, { before: conversion({ seconds: 60 }) }, false],
  ['200 MB', { peakMb: 200 }, { before: conversion({ seconds: 60 }) }, false],
  ['a phone that did not land', { landed: 999 }, { before: conversion({ seconds: 60 }) }, false],
  ['a phone that costs a quarter more among many', { ...MANY, costMs: 12.5 }, { fewer: conversion() }, true],
  ['a phone that costs a third more among many', { ...MANY, costMs: 13.3 }, { fewer: conversion() }, false],
  ['500 MB among many', { ...MANY, peakMb: 500 }, { fewer: conversion() }, false],
  ['a phone that was held among many', { ...MANY, held: 1 }, { fewer: conversion() }, false],
])('the goal of whole conversions, with %s', (_what, ours, beside, isMet) => {
  const reports = checkConversion(conversion(ours), { before: null, fewer: null, ...beside });
  expect(reports.map((one) => one.isMet)).toEqual([isMet]);
});

test('a conversion of fewer phones than a goal names tells nothing of it', () => {
  const [ours, other] = [conversion({ phones: 100 }), conversion()];
  expect(checkConversion(ours, { before: other, fewer: other })).toEqual([]);
});

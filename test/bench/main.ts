/**
 * `npm run bench`: the TFTP server beside whatever of dnsmasq, tftpd-hpa and atftpd is installed, in one run.
 *
 *   --quick            small loads and one round, to see that everything works
 *   --rounds N         rounds of the full comparison (3)
 *   --only A,B         targets whose names contain one of these
 *   --workloads A,B    of storm, bulk50, bulk200, bulk500, bulk1000, single, both
 *   --goals            of each target only the workloads that a goal compares
 *   --before FOLDER    a checkout of another time, built, to be measured beside this one
 *   --json             the rows as JSON lines
 *   --out FILE         the machine, and every single measurement with the load of others, as one JSON file
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkGoals, isCompared, ONE_THREAD } from './goals.ts';
import { thisMachine } from './machine.ts';
import { type BenchResult, type Row, runBench, type Workload, workloadsFor } from './run-bench.ts';
import { ALL_TARGETS, productBefore } from './targets.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    workloads: { type: 'string' },
    goals: { type: 'boolean', default: false },
    before: { type: 'string' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});

const isQuick = values.quick;
const known = workloadsFor(isQuick);
const wanted = values.only?.toLowerCase().split(',');
const all = [...ALL_TARGETS, ...(values.before === undefined ? [] : [productBefore(values.before)])];
const targets = all.filter(({ name, kind }) => wanted?.some((part) => `${name} ${kind}`.includes(part)) ?? true);
const workloads = values.workloads?.split(',').map((id): Workload['id'] => {
  const workload = known.find((one) => one.id === id);
  if (workload === undefined)
    throw new Error(`no workload "${id}"; choose from ${known.map((one) => one.id).join(', ')}`);
  return workload.id;
});

const print = (line: string) => process.stdout.write(`${line}\n`);
const result = await runBench(targets, {
  rounds: Number(values.rounds ?? (isQuick ? 1 : 3)),
  isQuick,
  workloads: workloads ?? null,
  isWanted: values.goals ? isCompared : () => true,
  say: (line) => process.stderr.write(`${line}\n`),
});
if (values.out !== undefined) {
  const { rows, rounds, skipped, isPinned, weakness } = result;
  writeFileSync(
    values.out,
    `${JSON.stringify({ machine: thisMachine(), isPinned, weakness, skipped, rows, rounds }, null, 1)}\n`,
  );
}
if (values.json) for (const row of result.rows) print(JSON.stringify(row));
else printTables(result);

function printTables({ rows, skipped, isPinned, weakness }: BenchResult): void {
  for (const { target, why } of skipped) print(`not measured: ${target}: ${why}`);
  if (!isPinned)
    print('server and load share their cores (one core only, or no taskset): figures are lower and noisier');
  if (weakness !== null) print(weakness);
  const names = targets.map((target) => target.name).filter((name) => rows.some((row) => row.target === name));
  for (const workload of known) {
    const measured = names.map((name) => rows.find((row) => row.target === name && row.workload === workload.id));
    if (measured.every((row) => row === undefined)) continue;
    print('');
    print(`${workload.title} (${workload.unit})`);
    print(columns(['', 'rate', 'processor', 'repeated', 'failed', 'p99 first', 'memory', 'loop p99', 'others']));
    for (const row of measured) if (row !== undefined) print(columns(cells(row)));
  }
  for (const { name, kind } of targets) {
    if (kind === 'peer' || name === ONE_THREAD || !names.includes(name) || isQuick) continue;
    print('');
    print(`goals, ${name}`);
    for (const { goal, measured, isMet } of checkGoals(name, rows)) {
      print(`  ${isMet === null ? '  -   ' : isMet ? ' met ' : 'MISSED'} ${goal}: ${measured}`);
    }
  }
}

function cells(row: Row): string[] {
  return [
    row.target,
    Math.round(row.rate).toLocaleString('en'),
    // tftpd-hpa has its children forgotten by the kernel, and their time with them.
    row.costUs < 0.1 ? 'unknown' : `${row.costUs.toFixed(1)} us`,
    `${row.retransmissions}`,
    `${row.failed}`,
    `${row.firstP99.toFixed(0)} ms`,
    `${row.memoryMb.toFixed(0)} MB`,
    row.loopP99Ms === null ? '' : `${row.loopP99Ms.toFixed(1)} ms`,
    `${(row.othersShare * 100).toFixed(0)} %`,
  ];
}

function columns(texts: readonly string[]): string {
  return texts.map((text, index) => (index === 0 ? text.padEnd(26) : text.padStart(11))).join('');
}

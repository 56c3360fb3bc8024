// How fast `loadstep diagnose` reads a log, on one core: `npm run build && node dist/test/bench/diagnose.js [LINES] [FILE]`. It writes a log of
// tftpd-hpa as a bench of phones would leave it, reads it back, and says lines a second and the most memory.

import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hearSources } from '../../src/adapters/heard/hear-sources.ts';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { matrixFolder } from '../../src/adapters/package-root.ts';
import { BenchLog } from '../../src/core/diagnose/bench-log.ts';
import { diagnose } from '../../src/core/diagnose/diagnose.ts';

const PHONES = 400;
const lines = Number(process.argv[2] ?? 2_000_000);
const folder = mkdtempSync(join(tmpdir(), 'loadstep-bench-diagnose-'));
const path = process.argv[3] ?? join(folder, 'tftp.log');

/** A boot of a Java phone that is not provisioned, and of a loader that hunts: four lines of five are of phones that find nothing. */
function namesOf(phone: number): readonly string[] {
  const mac = `0018B9${phone.toString(16).toUpperCase().padStart(6, '0')}`;
  const own = [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`, `MGC${mac}.cnf`];
  if (phone % 2 === 0) return [...own, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf'];
  return [`CTLSEP${mac}.tlv`, `ITLSEP${mac}.tlv`, 'ITLFile.tlv', `SEP${mac}.cnf.xml`, 'XMLDefault.cnf.xml'];
}

async function write(): Promise<void> {
  const out = createWriteStream(path);
  let text = '';
  let pid = 1;
  let at = Date.UTC(2026, 0, 1);
  for (let line = 0; line < lines; ) {
    for (let phone = 0; phone < PHONES && line < lines; phone++) {
      at += 200;
      const stamp = new Date(at).toUTCString();
      const head = `${stamp.slice(8, 11)} ${stamp.slice(5, 7).replace(/^0/, ' ')} ${stamp.slice(17, 25)} pbx in.tftpd`;
      const address = `10.0.${phone >> 8}.${phone & 255}`;
      for (const name of namesOf(phone)) {
        pid = (pid % 30_000) + 1;
        text += `${head}[${pid}]: RRQ from ${address} filename ${name}\n${head}[${pid}]: sending NAK (1, File not found) to ${address}\n`;
        line += 2;
      }
    }
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end();
  await once(out, 'finish');
}

if (!existsSync(path)) await write();
const bench = new BenchLog();
let most = 0;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 50);
const [begun, cpu] = [performance.now(), process.cpuUsage()];
const [count] = await hearSources([path], Date.now(), (heard) => bench.hear(heard));
const [read, used] = [performance.now(), process.cpuUsage(cpu)];
const busyMs = (used.user + used.system) / 1000;
const phones = diagnose(bench, { matrix: readMatrix(matrixFolder()), storedAs: () => null });
const done = performance.now();
clearInterval(watch);
// On a machine that is busy with other things the time of the processor tells, and counts the collector's threads, too.
const perSecond = (ms: number) => Math.round((count?.lines ?? 0) / (ms / 1000)).toLocaleString('en');
process.stdout.write(
  `${count?.lines} lines, ${(statSync(path).size / 1e6).toFixed(0)} MB, ${phones.length} phones: ${perSecond(read - begun)} lines/s ` +
    `(${perSecond(busyMs)} a second of processor time), stories ${(done - read).toFixed(0)} ms, most memory ${(most / 1e6).toFixed(0)} MB\n`,
);
rmSync(folder, { recursive: true });

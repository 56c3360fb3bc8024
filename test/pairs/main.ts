import { rulesFrom, askerOf } from '../../src/core/matrix/allowance.ts';
import { parseLoadName } from '../../src/core/names/load-name.ts';
import { matrix } from '../plan/store.ts';
import { everyPackage } from './firmware.ts';
import { drive } from './fleet-road.ts';
import { takes } from './naive-server.ts';
import { allPairs, candidatesOfStart, planOf, PHONE_KINDS } from './pairs.ts';

const t0 = performance.now();
const both = await everyPackage();
const pairs = allPairs();
console.log('pairs', pairs.length, (performance.now() - t0).toFixed(0));
const step = Number(process.argv[2] ?? 1);
const group = new Map<string, string[]>();
const add = (key: string, one: string) => group.set(key, [...(group.get(key) ?? []), one]);
if (process.argv[3] !== 'drive') {
  const models = new Set<string>();
  for (const pair of pairs) {
    const families = pair.family; 
    if (!models.has(families)) models.add(families);
    const first = matrix.families.find((f) => f.family === pair.family)?.models[0]?.model;
    if (pair.model !== first || pair.from === pair.target) continue;
    const software = candidatesOfStart(pair).software;
    const to = parseLoadName(pair.target);
    if (!to.ok) throw new Error();
    const all = software.map((one) => rulesFrom(askerOf(matrix, one), to.value));
    const refusal = all.find((r) => 'allowed' in r);
    const allowed = refusal === undefined;
    const rule = allowed ? all.flatMap((r) => (r as readonly { id: string }[]).map((x) => x.id)).join('+') : `${(refusal as { rule: string | null }).rule}`;
    for (const kind of PHONE_KINDS.filter((k) => k.isFor(pair.from))) {
      const firmware = kind.firmware(both);
      const taken = await takes(kind.make(pair, firmware), pair.target, firmware);
      if (taken !== allowed) add(`${pair.family === '79x0' ? '79x0' : 'java'} ${allowed ? 'allowed' : 'refused'} by ${rule}, ${kind.name} ${taken ? 'takes' : 'does not take'}`, `${pair.from}>${pair.target}`);
    }
  }
  for (const [k, v] of [...group].sort()) console.log(v.length, k, v.slice(0, 6).join(' '));
  console.log('edges', (performance.now() - t0).toFixed(0));
}
if (process.argv[3] !== 'edges') {
  const t1 = performance.now(); const c0 = process.cpuUsage();
  group.clear();
  let n = 0, drives = 0;
  for (const pair of pairs) {
    if (n++ % step) continue;
    const plan = planOf(pair, both.synthetic);
    for (const kind of PHONE_KINDS.filter((k) => k.isFor(pair.from))) {
      const firmware = kind.firmware(both);
      const phone = kind.make(pair, firmware);
      const { model, target, from } = pair;
      const arrival = await drive(phone, { target, model, from: from === 'boot-loader' ? null : from }, firmware);
      drives++;
      const same = pair.from === pair.target ? 'same' : '';
      add(`${pair.family === '79x0' ? '79x0' : 'java'} ${kind.name}: plan ${plan.ok ? `ready ${plan.warnings.some((w) => w.startsWith('Careful')) ? 'careful' : ''}` : plan.code} ${same} -> ${arrival.state} ${arrival.code ?? ''} runs ${phone.runs === target ? 'target' : phone.runs === pair.from ? 'what it ran' : 'other'}`, `${model} ${pair.from}>${target} (${plan.ok ? plan.hops.map((h) => h.load).join() : ''}) runs ${phone.runs}, ${arrival.boots} boots ${arrival.asked} asked; ${arrival.reason ?? ''}`);
    }
  }
  for (const [k, v] of [...group].sort()) { console.log(v.length, k); if (!/-> landed  runs target|E_\w+  -> held E_\w+ runs what/.test(k)) for (const x of v.slice(0, 4)) console.log('      ', x.slice(0, 330)); }
  const c = process.cpuUsage(c0);
  console.log('drives', drives, (performance.now() - t1).toFixed(0), 'ms, cpu', ((c.user + c.system) / 1000).toFixed(0));
}

import { parseArgs } from 'node:util';
import { exploreLab, storyOf } from './explore-lab.ts';
import { labsWith } from './labs.ts';

// npm run explore [-- NAME ... --minutes N --troubles N]: everything that can happen to one phone, until nothing new appears.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '60' },
    troubles: { type: 'string', default: '1' },
    deeds: { type: 'string' },
  },
});
const labs = labsWith(Number(values.troubles)).filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);
const out = (text: string) => process.stdout.write(`${text}\n`);
let findings = 0;
out('| lab | states | transitions | depth | fixed point | seconds | violations |');
out('| --- | ---: | ---: | ---: | --- | ---: | ---: |');
for (const lab of labs) {
  const begin = performance.now();
  const found = await exploreLab(lab, {
    mostMs: Number(values.minutes) * 60_000,
    ...(values.deeds === undefined ? {} : { mostDeeds: Number(values.deeds) }),
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const { states, transitions, depth, isComplete } = found;
  const cells = [lab.name, states, transitions, depth, isComplete ? 'yes' : 'no', seconds, found.findings.length];
  out(`| ${cells.join(' | ')} |`);
  findings += found.findings.length;
  for (const finding of found.findings) {
    out(`\n${finding.property}: ${finding.message}`);
    for (const line of await storyOf(lab, finding)) out(`    ${line}`);
  }
}
process.exitCode = findings === 0 ? 0 : 1;

import { atPortJson } from '../../app/told/bench-layout.ts';
import { withBench } from '../bench/open-bench.ts';
import type { CommandContext } from '../command.ts';
import { lookOn, writeText } from '../output/fit-text.ts';
import { layoutTable, unplacedText } from '../output/layout-text.ts';

/** `loadstep bench layout`. */
export async function showLayout(context: CommandContext): Promise<number> {
  const { settings, io } = context;
  const { now, ports, unplaced, hasSwitch } = await withBench(context, 'reader', (bench) => bench.layout());
  if (settings.isOn('json')) {
    for (const one of ports) io.stdout.write(`${JSON.stringify(atPortJson(one))}\n`);
    return 0;
  }
  if (ports.length === 0) {
    const why = hasSwitch
      ? 'the server asks the switches every minute; "loadstep switch walk" asks now'
      : '"loadstep switch add" adds a switch';
    writeText(io.stdout, `No phone was seen at a port yet: ${why}.\n`);
    return 0;
  }
  io.stdout.write(layoutTable(ports, now, lookOn(io.stdout)));
  for (const { silent } of ports) if (silent !== null) writeText(io.stdout, `\n${silent}.\n`);
  if (unplaced.length > 0) writeText(io.stdout, `\n${unplacedText(unplaced)}\n`);
  return 0;
}

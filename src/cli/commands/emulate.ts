import {
  EMULATE_BENCH_OPTIONS,
  EMULATE_FIRMWARE_OPTIONS,
  EMULATE_PHONE_OPTIONS,
} from '../../emulator/command-options.ts';
import type { CommandContext, CommandGroup } from '../command.ts';
import { liveOut } from '../output/live-out.ts';
import { printable } from '../output/printable.ts';
import { DEMO } from './demo.ts';

type Emulator = typeof import('../../emulator/command.ts');

/** `loadstep emulate …`: phones and firmware that are not there. */
export const EMULATE: CommandGroup = {
  name: 'emulate',
  summary: 'rehearse with emulated phones and synthetic firmware',
  commands: [
    DEMO,
    {
      name: 'phone',
      summary: 'act as one phone: it boots, asks for its files and takes what a real one would take',
      description:
        'Acts as one phone, with a flash, that speaks real TFTP from an address of its own (on Linux all of 127.0.0.0/8 can be ' +
        'used). Flags add deviations such as loss and power cuts. Ends on Ctrl-C, after --for, or when --until is reached.',
      settings: [],
      flags: EMULATE_PHONE_OPTIONS,
      examples: [
        'loadstep emulate phone --model 7940 --load P0030301MFG2 --mac 0018B9C0FFEE --server 127.0.0.1:6969 --speed 20',
        'loadstep emulate phone --model 7942 --boot-loader --mac 0018B9C0FFEF --address 127.0.0.8 --loss 0.1',
      ],
      run: (context) => emulate(context, (one, output, signal) => one.runEmulatePhone(context.flags, output, signal)),
    },
    {
      name: 'bench',
      summary: 'act as many phones at once, a mix or those of a file',
      settings: [],
      flags: EMULATE_BENCH_OPTIONS,
      examples: [
        'loadstep emulate bench --count 48 --server 127.0.0.1:6969 --speed 20',
        'loadstep emulate bench --spec bench.yaml --for 120',
      ],
      run: (context) => emulate(context, (one, output, signal) => one.runEmulateBench(context.flags, output, signal)),
    },
    {
      name: 'firmware',
      summary: 'write synthetic packages: built like real ones, without a byte of theirs',
      settings: [],
      flags: EMULATE_FIRMWARE_OPTIONS,
      examples: [
        'loadstep emulate firmware --out ./firmware',
        'loadstep emulate firmware --out ./firmware --release P0S3-05-3-00 --release P0S3-08-11-00 --sizes real',
      ],
      run: (context) => emulate(context, (one, output) => one.runEmulateFirmware(context.flags, output)),
    },
  ],
};

/** Runs one of the emulator's commands; a signal from outside ends it. */
async function emulate(
  { io, settings }: CommandContext,
  run: (
    emulator: Emulator,
    output: Parameters<Emulator['runEmulateFirmware']>[1],
    signal: AbortSignal,
  ) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const forget = io.onStop(() => stop.abort());
  const isJson = settings.isOn('json');
  const out = liveOut(io.stdout, (lines) => io.stderr.write(`loadstep: ${lines} lines were lost: nobody read them\n`));
  const line = (text: string) => out.write(`${isJson ? text : printable(text)}\n`);
  try {
    return await run(await import('../../emulator/command.ts'), { isJson, line }, stop.signal);
  } finally {
    forget();
  }
}

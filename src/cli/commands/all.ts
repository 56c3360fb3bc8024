import type { CommandGroup, CommandSpec } from '../command.ts';
import { type COMMAND_NAMES, type GROUP_NAMES, isCommand } from '../output/command-names.ts';

/** The commands of one word and those of two, each in the order of the help. */
export interface CommandSet {
  readonly commands: readonly CommandSpec[];
  readonly groups: readonly CommandGroup[];
}

// A command's module is loaded when it is named: `loadstep status` in a script must not pay for what `serve` needs.
const COMMANDS: Readonly<Record<(typeof COMMAND_NAMES)[number], () => Promise<CommandSpec>>> = {
  upgrade: async () => (await import('./upgrade.ts')).UPGRADE,
  serve: async () => (await import('./serve.ts')).SERVE,
  enroll: async () => (await import('./list-changes.ts')).ENROLL,
  release: async () => (await import('./list-changes.ts')).RELEASE,
  retry: async () => (await import('./list-changes.ts')).RETRY,
  restart: async () => (await import('./restart.ts')).RESTART,
  pause: async () => (await import('./pause.ts')).PAUSE,
  resume: async () => (await import('./resume.ts')).RESUME,
  cancel: async () => (await import('./cancel.ts')).CANCEL,
  plan: async () => (await import('./plan.ts')).PLAN,
  status: async () => (await import('./status.ts')).STATUS,
  watch: async () => (await import('./status.ts')).WATCH,
  history: async () => (await import('./history.ts')).HISTORY,
  report: async () => (await import('./report.ts')).REPORT,
  doctor: async () => (await import('./doctor.ts')).DOCTOR,
  'dhcp-snippet': async () => (await import('./dhcp-snippet.ts')).DHCP_SNIPPET,
  configure: async () => (await import('./configure.ts')).CONFIGURE,
  wait: async () => (await import('./wait.ts')).WAIT,
  mcp: async () => (await import('./mcp.ts')).MCP,
  diagnose: async () => (await import('./diagnose.ts')).DIAGNOSE,
  bundle: async () => (await import('./bundle.ts')).BUNDLE,
  observe: async () => (await import('./observe.ts')).OBSERVE,
  explain: async () => (await import('./explain.ts')).EXPLAIN,
};

const GROUPS: Readonly<Record<(typeof GROUP_NAMES)[number], () => Promise<CommandGroup>>> = {
  firmware: async () => (await import('./firmware.ts')).FIRMWARE,
  accounts: async () => (await import('./accounts.ts')).ACCOUNTS,
  config: async () => (await import('./config.ts')).CONFIG,
  pbx: async () => (await import('./pbx.ts')).PBX,
  trunk: async () => (await import('./trunk.ts')).TRUNK,
  emulate: async () => (await import('./emulate.ts')).EMULATE,
  beside: async () => (await import('./beside.ts')).BESIDE,
  bench: async () => (await import('./bench.ts')).BENCH,
  switch: async () => (await import('./switch.ts')).SWITCH,
  web: async () => (await import('./web.ts')).WEB,
  matrix: async () => (await import('./matrix.ts')).MATRIX,
};

/** The command or group that has the name; every one when none does. */
export async function loadCommands(name?: string): Promise<CommandSet> {
  const isWanted = ([key]: readonly [string, unknown]) => name === undefined || !isCommand(name) || key === name;
  const load = <T>(all: Readonly<Record<string, () => Promise<T>>>) =>
    Promise.all(
      Object.entries(all)
        .filter(isWanted)
        .map(([, one]) => one()),
    );
  const [commands, groups] = await Promise.all([load(COMMANDS), load(GROUPS)]);
  return { commands, groups };
}

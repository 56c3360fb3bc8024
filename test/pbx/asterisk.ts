import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watched } from '../e2e/watched.ts';

/** A running Asterisk at an address of this machine. */
export interface Asterisk {
  readonly address: string;
  readonly port: number;
  /** What `asterisk -rx` prints. */
  cli(command: string): Promise<string>;
  /** What it logged. */
  log(): string;
  stop(): Promise<void>;
}

/** Everything a phone has to do with; what else Debian installs stays out. */
const MODULES = `
  app_dial app_echo app_milliwatt app_stack app_verbose bridge_simple bridge_native_rtp bridge_builtin_features chan_pjsip codec_alaw codec_ulaw format_pcm
  func_callerid pbx_config res_clioriginate res_pjproject res_pjsip res_pjsip_authenticator_digest res_pjsip_endpoint_identifier_user res_pjsip_logger res_pjsip_mwi
  res_pjsip_mwi_body_generator res_pjsip_nat res_pjsip_notify res_pjsip_outbound_authenticator_digest res_pjsip_pubsub res_pjsip_registrar
  res_pjsip_sdp_rtp res_pjsip_session res_rtp_asterisk res_sorcery_astdb res_sorcery_config res_sorcery_memory res_timing_timerfd
`;
const STARTS_MS = 60_000;

export interface AsteriskPlace {
  /** Modules beside the usual ones. */
  readonly modules?: readonly string[];
  /** The network that it runs in, where that is not the one of this process. */
  readonly network?: string;
}

let homes = 0;

/** Starts an Asterisk of a Debian folder as its own user, with these files and on port 5060 of an address. */
export async function startAsterisk(
  root: string,
  address: string,
  files: Readonly<Record<string, string>>,
  { modules = [], network }: AsteriskPlace = {},
): Promise<Asterisk> {
  homes += 1;
  const home = `/run/loadstep-${process.pid}-${homes}`;
  const all = {
    'asterisk.conf': `[directories]
astetcdir => ${home}
astrundir => ${home}
astdbdir => ${home}
astlogdir => ${home}
astspooldir => ${home}
[options]
verbose = 3
nocolor = yes
`,
    'modules.conf': `[modules]
autoload = no
${[...MODULES.trim().split(/\s+/), ...modules].map((name) => `load = ${name}.so`).join('\n')}
`,
    'logger.conf': '[general]\ndateformat = %T.%3q\n[logfiles]\nfull => notice,warning,error,verbose\n',
    'rtp.conf': '[general]\nrtpstart = 20000\nrtpend = 20400\nstrictrtp = no\n',
    ...files,
  };
  const { uid, gid } = userOf(root, 'asterisk');
  const folder = join(root, home);
  mkdirSync(folder, { recursive: true });
  chownSync(folder, uid, gid);
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  const inside = network === undefined ? [] : ['nsenter', `--net=${network}`];
  const words = ['chroot', root, 'asterisk', '-f', '-U', 'asterisk', '-G', 'asterisk', '-C', `${home}/asterisk.conf`];
  const [command = '', ...args] = [...inside, ...words];
  const program = watched(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  let said = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (data) => (said += String(data)));
  const gone = new Promise<void>((resolve) => {
    program.once('exit', () => resolve());
    program.once('error', () => resolve());
  });
  const cli = (command: string) =>
    new Promise<string>((resolve) => {
      execFile('chroot', [root, 'asterisk', '-C', `${home}/asterisk.conf`, '-rx', command], (_, stdout) =>
        resolve(stdout),
      );
    });
  const log = () => {
    try {
      return readFileSync(join(folder, 'full'), 'utf8');
    } catch {
      return said;
    }
  };
  const stop = async () => {
    program.kill('SIGTERM');
    const killed = setTimeout(() => program.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(killed);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const until = Date.now() + STARTS_MS; ; await sleep(300)) {
    if (
      (await cli('core show uptime')).includes('System uptime') &&
      (await cli('pjsip show transports')).includes(address)
    )
      break;
    if (program.pid !== undefined && program.exitCode === null && Date.now() < until) continue;
    const why = `Asterisk did not start:\n${said}\n${log()}`;
    await stop();
    throw new Error(why);
  }
  return { address, port: 5060, cli, log, stop };
}

function userOf(root: string, name: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync(join(root, 'etc/passwd'), 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

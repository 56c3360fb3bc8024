import type { CheckQuestion, WantedPbx } from '../../core/config-check/question.ts';
import { AppError } from '../../core/errors.ts';
import { familyOfModel } from '../../core/matrix/matrix.ts';
import { type ParsedLoad, parseLoadName } from '../../core/names/load-name.ts';
import { countText } from '../../core/text/amounts.ts';
import type { CommandContext, CommandGroup } from '../command.ts';
import { findingJson, findingText } from '../output/config-findings.ts';
import { writeText } from '../output/fit-text.ts';
import { paintFor } from '../output/paint.ts';
import { printable } from '../output/printable.ts';
import { loadOf, modelOf } from '../settings/values.ts';
import { loadMatrix, loadPhoneConfig } from '../wiring.ts';

/** `loadstep config …`: the settings that landed phones read. */
export const CONFIG: CommandGroup = {
  name: 'config',
  summary: 'check the configuration files of phones',
  commands: [
    {
      name: 'check',
      words: '<file-or-folder...>',
      summary:
        'say what a phone will do with its configuration files: what is wrong, on which line, and how to mend it',
      description:
        'Reads SIPDefault.cnf, SIP<MAC>.cnf, SEP<MAC>.cnf.xml, XMLDefault.cnf.xml, dial templates, lists of ring tones and pictures, soft keys ' +
        'and syncinfo.xml, your own and those of others, and says of each what is wrong, on which line, what the phone will do with it, and how to mend it. ' +
        'Other files are passed over, and said so. Nothing is changed and nothing is sent. The exit code is 3 when a phone will not work with a file.',
      settings: ['model'],
      flags: [
        {
          name: 'load',
          flags: '--load <load>',
          type: 'text',
          help: 'the load that the phone runs, such as SIP42.9-4-2SR3-1S',
        },
        { name: 'pbx', flags: '--pbx <host:port>', type: 'text', help: 'where the phone is to register' },
        {
          name: 'secondHand',
          flags: '--second-hand',
          type: 'boolean',
          help: 'the phone had another owner: name the keys whose old values would stay',
        },
      ],
      examples: [
        'loadstep config check SIPDefault.cnf SIP0018B9C0FFEE.cnf',
        'loadstep config check --model 7942 --load SIP42.9-4-2SR3-1S --pbx 192.0.2.10:5060 SEP001D45000011.cnf.xml',
        'loadstep config check --json /srv/tftp',
      ],
      run: check,
    },
  ],
};

const WILL_NOT_WORK = 3;

async function check({ settings, io, args, flags }: CommandContext): Promise<number> {
  const question = await questionOf({ settings, flags });
  const { checkFile } = await import('../../core/config-check/check-files.ts');
  const { givenFiles } = await import('../../adapters/config-files/given-files.ts');
  const { readXml } = await import('../../adapters/config-files/read-xml.ts');
  const isJson = settings.isOn('json');
  const paint = paintFor(io.stdout);
  const say = (text: string, json: object) => {
    if (isJson) io.stdout.write(`${JSON.stringify(json)}\n`);
    else writeText(io.stdout, `${text}\n`);
  };
  const tally = { checked: 0, clean: 0, willNotWork: 0, worksBadly: 0, skipped: 0 };
  const unreadable: string[] = [];
  const told = new Set<string>();
  for (const found of givenFiles(args)) {
    if (found.kind === 'unreadable') {
      unreadable.push(`${found.path}: ${found.why}`);
      continue;
    }
    if (found.kind === 'passed over') {
      tally.skipped += found.count;
      say(`${printable(found.folder)}: ${countText(found.count, 'other file')} passed over`, found);
      continue;
    }
    const result = found.kind === 'skipped' ? found.skipped : checkFile(found.file, question, readXml);
    if ('why' in result) {
      tally.skipped += 1;
      say(`${printable(result.path)}: passed over: ${result.why}`, { kind: 'skipped', ...result });
      continue;
    }
    for (const finding of result.findings) {
      // What stands in a file that many phones read is told once.
      if (finding.file !== result.path && told.has(findingJson(finding))) continue;
      if (finding.file !== result.path) told.add(findingJson(finding));
      if (isJson) io.stdout.write(findingJson(finding));
      else writeText(io.stdout, findingText(finding, paint));
    }
    if (result.left > 0)
      say(`${printable(result.path)}: and ${result.left} more`, {
        kind: 'more',
        file: result.path,
        count: result.left,
      });
    const severities = new Set(result.findings.map(({ severity }) => severity));
    tally.checked += 1;
    if (severities.has('will not work')) tally.willNotWork += 1;
    else if (severities.has('works badly')) tally.worksBadly += 1;
    else if (severities.size === 0) tally.clean += 1;
  }
  if (tally.checked > 0) say(sumOf(tally), { kind: 'summary', ...tally });
  if (unreadable.length > 0) throw new AppError('E_BAD_USAGE', unreadable.map(printable).join('; '));
  if (tally.checked === 0) {
    throw new AppError(
      'E_BAD_USAGE',
      'none of these is a file that phones read as settings; give one such as SIP0018B9C0FFEE.cnf or SEP001D45000011.cnf.xml, or a folder with them',
    );
  }
  return tally.willNotWork > 0 ? WILL_NOT_WORK : 0;
}

function sumOf({ checked, clean, willNotWork, worksBadly }: Readonly<Record<string, number>>): string {
  const rest = (checked ?? 0) - (clean ?? 0) - (willNotWork ?? 0) - (worksBadly ?? 0);
  const parts = [
    ...((willNotWork ?? 0) > 0 ? [`${willNotWork} will not work`] : []),
    ...((worksBadly ?? 0) > 0 ? [`${worksBadly} will work badly`] : []),
    ...(rest > 0 ? [`${rest} with harmless findings only`] : []),
    ...((clean ?? 0) > 0 ? [`${clean} without a finding`] : []),
  ];
  return `${countText(checked ?? 0, 'file')} checked: ${parts.join(', ')}.`;
}

async function questionOf({ settings, flags }: Pick<CommandContext, 'settings' | 'flags'>): Promise<CheckQuestion> {
  const model = modelOf(settings);
  const load = typeof flags.load === 'string' ? sipLoad(flags.load) : null;
  const family = model === null ? null : familyOfModel(await loadMatrix(), model);
  if (load !== null && family !== null && load.family !== family) {
    throw new AppError(
      'E_WRONG_FAMILY',
      `${load.name} is a load of family ${load.family}, and a ${model} is of family ${family}; correct one of the two`,
    );
  }
  return {
    model,
    family,
    load,
    pbx: typeof flags.pbx === 'string' ? pbxOf(flags.pbx) : null,
    isSecondHand: flags.secondHand === true,
    facts: await loadPhoneConfig(),
  };
}

function sipLoad(text: string): ParsedLoad {
  const parsed = parseLoadName(loadOf(text));
  if (!parsed.ok || parsed.value.protocol !== 'SIP') {
    throw new AppError('E_BAD_USAGE', `--load ${printable(text)} is no SIP load; these files are settings for SIP`);
  }
  return parsed.value;
}

function pbxOf(text: string): WantedPbx {
  const [, host = '', port] = /^([A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === '' || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) {
    throw new AppError(
      'E_BAD_USAGE',
      `"${printable(text)}" is no place of a PBX; give --pbx 192.0.2.10 or --pbx 192.0.2.10:5060`,
    );
  }
  return { host, port: port === undefined ? null : Number(port) };
}

import type { TriggerFile } from '../matrix/hop-words.ts';
import type { AllowRule, FamilyFacts, RuleTrigger } from '../matrix/matrix.ts';
import type { ParsedLoad } from '../names/load-name.ts';
import type { Trigger } from './plan.ts';
import { SERVER_TOKEN } from './render-trigger.ts';

/** The ladder of a hop with the exact text of every file: the rungs of the first rule, then what others add. */
export function hopTriggers(rules: readonly AllowRule[], load: ParsedLoad, facts: FamilyFacts): readonly Trigger[] {
  const rungs: RuleTrigger[] = [];
  for (const rule of rules) {
    for (const rung of rule.triggers) if (!rungs.some((known) => known.file === rung.file)) rungs.push(rung);
  }
  return rungs.map(({ file, isCompanion }) => {
    const trigger: Trigger = { file, content: contentOf(file, load, facts) };
    return isCompanion ? { ...trigger, isCompanion } : trigger;
  });
}

function contentOf(file: TriggerFile, load: ParsedLoad, facts: FamilyFacts): string | null {
  switch (file) {
    case 'OS79XX.TXT':
    // One line that names the load: invented, as no description of this file's form is known (legacy-79x0 4.2).
    case 'SEPDefault.cnf':
      // The bare name and one LF: a trailing blank makes the phone ask for a file that does not exist (CSCdv19260).
      return `${load.name}\n`;
    case 'SIP<MAC>.cnf':
    case 'SIPDefault.cnf':
    case 'MGCDefault.cnf':
      return `image_version: ${load.name}\n`;
    case 'XMLDefault.cnf.xml':
      return xmlDefault(load, facts);
    case 'SEP<MAC>.cnf.xml':
      return sepXml(load);
    case 'termNN.default.loads':
      return null;
  }
}

const MANAGER = [
  '<callManagerGroup>',
  '<members>',
  '<member priority="0">',
  '<callManager>',
  '<ports>',
  '<ethernetPhonePort>2000</ethernetPhonePort>',
  '<sipPort>5060</sipPort>',
  '</ports>',
  `<processNodeName>${SERVER_TOKEN}</processNodeName>`,
  '</callManager>',
  '</member>',
  '</members>',
  '</callManagerGroup>',
];

/** A phone takes this file only with a call manager in it that has a port and a node name (java-phones 5.1). */
function xmlDefault(load: ParsedLoad, facts: FamilyFacts): string {
  const loads = facts.models.map(
    ({ deviceTypeId, model }) =>
      `<loadInformation${deviceTypeId} model="${model}">${load.name}</loadInformation${deviceTypeId}>`,
  );
  return document(['<Default>', ...MANAGER, ...loads, '</Default>']);
}

/** 9.3(1) throws on a config without a call manager and a line (java-phones 9), so both are always there. */
function sepXml(load: ParsedLoad): string {
  const protocol = load.protocol ?? 'SCCP';
  const sip = [
    '<sipProfile>',
    '<sipLines>',
    '<line button="1">',
    '<featureID>9</featureID>',
    '<featureLabel>loadstep</featureLabel>',
    '<proxy>USECALLMANAGER</proxy>',
    '<port>5060</port>',
    '<name>loadstep</name>',
    '<authName>loadstep</authName>',
    '</line>',
    '</sipLines>',
    '</sipProfile>',
  ];
  return document([
    '<device>',
    '<fullConfig>true</fullConfig>',
    `<deviceProtocol>${protocol}</deviceProtocol>`,
    '<devicePool>',
    ...MANAGER,
    '</devicePool>',
    ...(protocol === 'SIP' ? sip : []),
    `<loadInformation>${load.name}</loadInformation>`,
    // 0 switches the phone's web page on, which can be a witness to the load that runs.
    '<vendorConfig>',
    '<webAccess>0</webAccess>',
    '</vendorConfig>',
    ...(protocol === 'SIP' ? ['<transportLayerProtocol>1</transportLayerProtocol>'] : []),
    '</device>',
  ]);
}

function document(lines: readonly string[]): string {
  return `${['<?xml version="1.0" encoding="UTF-8"?>', ...lines].join('\n')}\n`;
}

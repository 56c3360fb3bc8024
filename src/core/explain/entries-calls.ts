import { type ExplainEntry, phoneEntry } from './entry.ts';

/** Calls, dialling and sound of a registered phone (after-landing 1.7, 2, 4, 9). */
export const CALLS: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_NO_AUDIO_FORMAT',
    title: 'The call fails because phone and PBX have no codec in common.',
    screen: ['No audio format found to offer'],
    server: 'The log of the PBX says "No audio format found to offer".',
    match: /\bNo audio format found\b/i,
    cause:
      'The PBX allows this phone no codec, or `preferredCodec` or `preferred_codec` names one that is not allowed.',
    advice: [
      'Allow ulaw and alaw at the PBX (`disallow=all`, `allow=ulaw,alaw`), and set `preferredCodec` none or `preferred_codec` g711ulaw.',
    ],
    sources: ['AL-K1'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_G722_ON_ONE_SIDE',
    phones: 'java',
    title: 'The phone offers G.722 and the PBX does not allow it, or the other way round.',
    screen: ['Registering'],
    server: 'REGISTER is seen; one author got further only with G.722 on both sides.',
    cause: 'One report, not explained: the phone said "Registering" until G.722 was enabled on both sides.',
    advice: [
      'Enable it on both sides (`g722CodecSupport` 2 and `allow=g722`), or on neither. Look at P_FORCED_RPORT first.',
    ],
    sources: ['AL-K1'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_KPML_DIGITS',
    phones: 'java',
    title: 'The call goes out after one or two digits and is answered with 484.',
    screen: ['484 Address Incomplete'],
    server: 'INVITE with a number of one or two digits, answered with 484.',
    match: /^kpml$/i,
    cause:
      'With `kpml` 3, which is the default, the phone hands on digits as they are pressed; a dial template with short patterns does the same.',
    advice: [
      'Write `<kpml>0</kpml>`, and let no `MATCH` of the dial template fit the beginning of a longer number with `Timeout` 0.',
    ],
    sources: ['AL-G1', 'AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_DIALLING_WAITS',
    title: 'After the last digit the phone waits 10 to 15 seconds before it calls.',
    screen: ['Dialling takes 15 seconds', 'Dialling waits'],
    server: 'INVITE comes 10 to 15 s after the last key.',
    cause:
      'The phone has no dial template, or one that it cannot read: the element has to be spelt TEMPLATE in capitals, a comment ends at its first `>`, and a value has room for 63 characters.',
    advice: [
      'Give it a dial template; the least is `<DIALTEMPLATE><TEMPLATE MATCH="*" Timeout="4"/></DIALTEMPLATE>`.',
      'Name it in `dial_template` without `.xml` (7940, 7960), in `dialTemplate` with `.xml` (Java phones).',
      'Run `loadstep config check dialplan.xml`.',
    ],
    sources: ['AL-SC', 'AL-F12', 'AL-U'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_DIAL_TEMPLATE_MISSING',
    title: 'The configuration names a dial template that is not there.',
    screen: ['W250', 'W250 TFTP Error'],
    server: '`dialplan.xml`, or another name, is refused at each start.',
    cause:
      '`dial_template` or `dialTemplate` names a file that the server lacks. A 7940 or 7960 adds `.xml` itself, a Java phone does not.',
    advice: ['Put the file there, or leave the name empty: the phone then waits some seconds after the last digit.'],
    sources: ['AL-F12', 'AL-SC'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_ONE_WAY_AUDIO',
    title: 'Only one side hears the other.',
    screen: ['One-way audio', 'No audio'],
    server: 'SIP is right; RTP goes to an address or port that does not reach the phone.',
    cause:
      'NAT keys are on at one side only, a firewall closes a part of the media ports, or the PBX lets the ends send to each other directly (inference).',
    advice: [
      'Set `direct_media=no` at the PBX (`directmedia=no` or `canreinvite=no` on chan_sip).',
      'Use the same range of media ports in phone and firewall: 16384 to 32766.',
      'Let exactly one side do the NAT: the phone, the router or the PBX.',
    ],
    sources: ['S4', 'after-landing 9'],
    level: 'B',
  }),
  phoneEntry({
    code: 'P_CALLER_NAME_CUT',
    phones: '79x0',
    title: 'SIP 8.12 leaves out all signs but letters and digits from the names of callers.',
    screen: ['Caller names lose characters'],
    server: null,
    cause: 'Reported for 8.12; 8.11 shows the names whole.',
    advice: ['Give the phone 8.11 (`P0S3-08-11-00`) if this matters.'],
    sources: ['after-landing 9'],
    level: 'B',
  }),
];

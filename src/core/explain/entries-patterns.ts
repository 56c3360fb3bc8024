import { type ExplainEntry, phoneEntry } from './entry.ts';

/** What loadstep recognises in a phone's behaviour and is not in a failure table of its own (design 5). */
export const PATTERNS: readonly ExplainEntry[] = [
  phoneEntry({
    code: 'P_CONTRADICTION',
    title: 'What the phone shows contradicts what was said or shown before.',
    server:
      'A request that the software believed to run on it never makes. When boots of two kinds come in turn and none of them takes a load, the phone is held.',
    cause:
      'A wrong `--from`, a label on the wrong phone, a second phone under this MAC, or a load that came from another server.',
    advice: [
      'Read the findings: `loadstep history --mac MAC`. What the phone shows counts more than what was typed in.',
      'Check that no second TFTP server converts the same phone.',
      'Compare the labels, and look in the MAC table of the switch: a second device with this MAC shows there at another port.',
      'Enrol the phone again without `--from`: it is then identified afresh. One that is held for this goes on after `loadstep retry --mac MAC`.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_HUNT_ONLY',
    phones: '79x0',
    title: 'The loader hunts and does not ask for the load that it was shown.',
    server:
      '`CTLSEP`, `SEP….cnf.xml`, `SIP….cnf`, `MGC….cnf`, `XMLDefault.cnf.xml`, `SIPDefault.cnf`, `MGCDefault.cnf` within a second, and no `.loads`; the same about a minute later.',
    cause:
      'None of the files that it read names a load that it takes: the answer was lost on the way, another server answered first, or this loader wants another trigger.',
    advice: [
      'Each of `SIP<MAC>.cnf`, `XMLDefault.cnf.xml` and `SEP<MAC>.cnf.xml` is tried for two full rounds; a phone that is held for this has taken none, and waits for you.',
      'Make sure that option 150, option 66 and next-server of DHCP name only this machine, and that no second TFTP server answers.',
      'On the phone: turn "Alternate TFTP" off.',
      'Then restart the phone and run `loadstep retry --mac MAC`; a phone that asks for its `.loads` goes on without that.',
      'If it keeps hunting: give it another release, `loadstep enroll --mac MAC --target LOAD`.',
    ],
    keys: ['restart', 'unlock', 'alternate-tftp'],
    sources: ['S10', 'S38', 'BULK-2021'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_TRIGGER_NOT_TAKEN',
    title: 'The phone read the file that names the load and did not ask for the load.',
    server:
      'The trigger (`OS79XX.TXT`, `SIP<MAC>.cnf`, …) was sent whole; no image or `.loads` within two full rounds.',
    cause:
      'The load is the one that already runs, its name begins with the same four letters (then the phone ignores `OS79XX.TXT`), this release takes loads through another file, or the phone trusts another server (by an ITL or CTL of its former one).',
    advice: [
      'loadstep itself tries the next trigger, then another road. When none is left, the phone is held.',
      'Read the name of the load on the display of the phone and enter it: `loadstep enroll --mac MAC --target TARGET --from LOAD`, even when it is the target: a phone that takes nothing may also be one that ignores what it reads.',
      'Java phones: erase the trust lists of an earlier server, then restart the phone and run `loadstep retry --mac MAC`.',
    ],
    keys: ['restart', 'unlock', 'alternate-tftp', 'erase-trust-lists'],
    sources: ['S1', 'S3', 'S33'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_NEEDS_RESTART',
    title: 'Nothing is wrong: the phone sits idle and takes the next step at its next start.',
    server: 'Only the polling of an idle phone, or nothing.',
    cause: 'A running application reads which load it should have when it starts, and nothing makes it start.',
    advice: ['Unplug the phone, wait a few seconds and plug it in again; or restart it with its keys.'],
    keys: ['restart'],
    sources: ['BULK-2021', 'S11', 'K4'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_PORT_DARK',
    title: 'The switch port of the phone was switched off by loadstep and is not on again.',
    server: 'Told by `status` while it is so; `power.dark` in the log when the switch was asked in vain.',
    cause:
      'A server that was switching power was killed between off and on, or the switch did not answer, or refused, when the power was to come back.',
    advice: [
      'Start `loadstep serve`, or `loadstep upgrade`: each gives the power back at once, and tries it every minute until the switch reads that it is on.',
      'Where that does not help, read in the log (`power.dark`) what the switch says, and switch the port on at the switch.',
      'Leave the phone plugged in: it boots when its port has power again.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_POWER_CYCLED',
    title: 'loadstep switched the power of the phone off and on.',
    server: 'A decision in the record before the command runs, and another one that says how it ended.',
    cause:
      'Only a restart could help the phone, it was given no image since its last boot, and `--power-cycle-command` was given.',
    advice: [
      'Nothing to do: the phone boots and goes on.',
      'When its server was killed meanwhile, the next one shows it no load until it is heard to start, or for three minutes, and takes nothing in its first 65 seconds for such a start: the command may still be at work. When it is idle after that, restart it once more.',
      'When it begins no boot after that, run the command by hand and see whether the phone goes dark: its port on the list may be another one, or the switch did not cut its power.',
      'loadstep does it twice for one phone, ten minutes apart, unless `--power-cycle-limit` and `--power-cycle-spacing` say otherwise; `loadstep retry` allows it again.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_POWER_CYCLE_FAILED',
    title: 'Switching the power of the phone failed.',
    server: 'A decision in the record with what the command or the switch said.',
    cause:
      'The command given with `--power-cycle-command` is wrong or takes too long; or the switch refused it, or with `--power-by-switch` did not show right before that the phone hangs at that port and nobody else does.',
    advice: [
      'Run the command by hand with the port of the phone, and read what it says; with `--power-by-switch` try `loadstep switch walk`, and whether the community may write.',
      'Check that the port has power now: the command may have been ended halfway.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_RESTART_SENT',
    title: 'loadstep told the phone to restart.',
    server: 'A decision in the record before it is told, and another one that says what came of it.',
    cause:
      'Somebody typed `loadstep restart`; or only a restart could help it, and `--restart-phones` was given. It was given no image since its last boot.',
    advice: [
      'Nothing to do: the phone is heard to start, or the next way is tried.',
      'The way stands before the colon: `docs/restarts.md` has them all.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_RESTART_REFUSED',
    title: 'One way of restarting the phone came to nothing.',
    server: 'A decision in the record with what the phone answered, or that it did not begin a boot.',
    cause:
      'The phone is not registered here in that way any more, does not know what it was asked, or says yes and does nothing.',
    advice: [
      'The next way is tried; that one is left alone for an hour, unless `loadstep restart --by` names it.',
      'By hand: unplug it where it does not write its flash, or press the keys that restart it.',
    ],
    keys: ['restart'],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_NO_FIRST_REQUEST',
    title: 'Nothing happens: the phone has not asked this server for anything yet.',
    server: 'Nothing from this MAC.',
    cause:
      'It has no power, is in another VLAN, asks another TFTP server, or its MAC was mistyped. A second-hand phone first tries its old address for about 60 s.',
    advice: [
      'Compare the MAC with the label on the back of the phone.',
      'Check its cable, and that it has power: a power supply, or a switch port with PoE and budget left.',
      'Check DHCP: options 150 and 66 and next-server all name this machine, and loadstep listens on port 69.',
      'Connect the phone, or restart it, and wait two minutes.',
      'On the phone: turn "Alternate TFTP" off.',
    ],
    keys: ['restart', 'unlock', 'alternate-tftp'],
    sources: ['S10', 'S46', 'K9', 'M12'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_OWN_FILE_WITHHELD',
    title: 'The phone has landed, and a configuration of it that lies in the tree of `--root` is not given to it.',
    server:
      'In place of `SIP<MAC>.cnf`, `SIPDefault.cnf`, `SEP<MAC>.cnf.xml` or `XMLDefault.cnf.xml` of the tree, the phone gets what loadstep gives it, which names its load and nothing else, or "file not found".',
    cause:
      'The file may name another load than the one that the phone was converted to: it is too long or cannot be read, a load stands in a comment, or it is named in another form than the plain one, in which it would be replaced. A 7940 or 7960 with a loader also needs its load in `SEP<MAC>.cnf.xml` and `XMLDefault.cnf.xml`, since the loader reads them first.',
    advice: [
      '`loadstep status --mac MAC` says which file it is, and why.',
      'Leave the line with the load out of the file; comments count. The file is then given as it is, but for the XML files of a 7940 or 7960 with a loader.',
      'Or have it name the load of the phone and no other: in a `.cnf` as a line of its own, `image_version: LOAD`; in an XML file `<loadInformation>LOAD</loadInformation>`.',
      'Take care where another server gives out the same tree: a load in `SIPDefault.cnf` or `XMLDefault.cnf.xml` moves every phone that reads it there. Give `--root` a copy of the tree then, and write the load only into the copy.',
      'Then restart the phone: it reads its configuration when it boots.',
      'To have the tree serve the phone without loadstep looking into it: point DHCP at another server. `loadstep release --mac MAC` ends the conversion, and files that name no load are given then.',
    ],
    keys: ['restart'],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_POWER_LOST',
    title: 'A transfer was cut and the phone began again from its start.',
    server: 'The transfer ends without its last block; then the names of a boot, from new ports.',
    cause: 'The power or the network cable of the phone was cut, or the phone restarted in the middle.',
    advice: [
      'Leave the phone connected: it fetches the file again from block 1, and needs nothing else.',
      'If it happens again: check the power supply or the budget of the PoE switch.',
    ],
    sources: ['BULK-2021', 'M9'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_SILENT_AFTER_FLASH',
    title: 'The phone fetched an image whole and has not been heard of since.',
    server: 'The last block was acknowledged; no request after that for longer than a flash takes.',
    cause:
      'It is still writing, it waits for something, or the write failed. How long a flash may take is not documented; the slowest part seen was 69 s for a 7940/7960, and 5 to 15 minutes for a whole recovery of a Java phone.',
    advice: [
      'Do not unplug it within 10 minutes of the last block (15 for a Java phone).',
      'Then look at the display. If it shows a message, `loadstep explain "THE MESSAGE"` tells what to do.',
      'If it shows nothing or hangs: unplug it once. The phone comes up in its loader and fetches what it lacks.',
    ],
    keys: ['restart'],
    sources: ['BULK-2021', 'S27', 'M11', 'K4'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_STALLED',
    title: 'The phone is stuck: it stopped asking in the middle of a step.',
    server: 'Requests up to some file, then nothing until the deadline.',
    cause: 'Power, cable or switch, a firewall that began to filter, or a phone that waits for a restart.',
    advice: [
      'Wait: a phone that may be writing needs up to 10 minutes (15 for a Java phone).',
      'Look at the display and ask `loadstep explain "THE MESSAGE"`.',
      'Check cable and power; then unplug it once.',
    ],
    keys: ['restart'],
    sources: ['BULK-2021', 'M9'],
    level: 'A',
  }),
  phoneEntry({
    code: 'P_UNPROVEN',
    title: 'The phone keeps asking, and nothing that it asks shows which load it runs.',
    server:
      'Requests without end that several loads make alike, or boots that read what names the load and end there; none for a file of the step.',
    cause:
      'The phone took its load or refused it, or is said to run its target already, or its software is one of several that ask for the same files, and it takes no file that would tell them apart.',
    advice: [
      'Read the load on the display of the phone. If that is its target, there is nothing to do: `loadstep release --mac MAC`.',
      'If it is another, enter it: `loadstep enroll --mac MAC --target TARGET --from LOAD`.',
      'Then restart the phone.',
    ],
    keys: ['restart'],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_SNAPSHOT_UNREADABLE',
    title: 'What the database holds about this phone cannot be read, so the phone is held.',
    server: null,
    cause:
      'The state was written by a newer loadstep, or the database was changed by hand. The row is kept as it is, and a phone that may be writing is not disturbed.',
    advice: [
      'Run the version of loadstep that wrote the database, or a newer one.',
      'Or enrol the phone again when its display shows that it is idle: it is then identified afresh, and its history stays.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_LANDED',
    title: 'The phone runs its target, and something that it did proves that.',
    server: 'What it asked after the last step is what only the target asks, or it took nothing more of it.',
    match: /^(?:\d\d:\d\d:\d\d .*)?\blanded on \S+/,
    cause:
      'The proof stands behind the word: the requests of the new software, a boot in which it took no image, its own page, or its registration. Its certificate has it, too.',
    advice: [
      'Nothing has to be done. From now on it is named no other load, until you take it off the list or give it another target.',
      'What it needs to ring is in docs/after-landing.md.',
    ],
    sources: [],
    level: null,
  }),
  phoneEntry({
    code: 'P_UNEXPECTED_LOAD',
    title: 'The phone came up with another load than the one that the step was to bring.',
    server: 'The requests of the next boot are those of other software.',
    cause: 'The phone refused the load and kept its old one, or another server gave it something else.',
    advice: [
      'Look for a second TFTP server, and run `loadstep firmware verify`.',
      'See that its power stays on: a phone that loses it in the middle of a download starts over with its boot loader.',
      'loadstep plans again from what runs, once; a phone that is held for this waits for you: `loadstep retry --mac MAC`.',
    ],
    sources: ['F1', 'S16'],
    level: 'B',
  }),
];

import { expect } from 'vitest';
import { macOf } from '../support/bench.ts';
import { MINUTE } from '../support/clock.ts';
import { archivesOf } from '../support/model-phone.ts';
import { PACKAGES, packagesOf } from '../support/packages.ts';
import { A, MAC, Told } from './told-bench.ts';

// Whatever keeps a phone on the list from getting on: within two rounds its status says why, and what a person can do.

const OTHER = macOf(2);
const B = '192.0.2.12';
const STEP = 'P0S3-05-3-00';
const FIRST = 'P0S3-06-3-00';
const SIP8 = 'P0S3-08-11-00';
const JAVA = 'SIP42.9-3-1SR4-1S';

const SCCP3 = ['OS79XX.TXT', 'SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml', 'SEP<MAC>.cnf', 'SEPDefault.cnf'];
const OLD_SIP = ['OS79XX.TXT', 'SIPDefault.cnf', 'SIP<MAC>.cnf'];
const SCCP8 = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml'];
const HUNT = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', 'MGC<MAC>.cnf', 'XMLDefault.cnf.xml'];
const JAVA_BOOT = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml'];

export interface Standstill {
  readonly because: string;
  readonly state: string;
  readonly reason: RegExp;
  readonly help: RegExp;
  readonly told?: () => Told;
  readonly happens: (told: Told) => Promise<void>;
}

export const STANDSTILLS: readonly Standstill[] = [
  {
    because: 'it was just put on the list',
    state: 'waiting',
    reason: /has not asked this server yet/,
    help: /plug the phone in/,
    happens: async (told) => told.enrol(SIP8),
  },
  {
    because: 'it was on the list for an hour and never asked',
    state: 'waiting',
    reason: /has not asked this server yet/,
    help: /DHCP/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.clock.advance(60 * MINUTE);
    },
  },
  {
    because: 'it asked only before it was put on the list',
    state: 'waiting',
    reason: /asked this server before, and has not asked since it was put on the list/,
    help: /only when it boots; when its screen is idle.*unplug/,
    happens: async (told) => {
      await told.boot(SCCP3);
      told.enrol(SIP8);
    },
  },
  {
    because: 'it got another target in the middle of a boot, and has not asked since',
    state: 'identifying',
    reason: /was last known as .*, and has to show what it runs now/,
    help: /only when it boots; when its screen is idle.*unplug/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      told.enrol('P0030801SR02', null, '7940');
    },
  },
  {
    because: 'it was let go in the middle of a boot, put on the list again, and has not asked since',
    state: 'identifying',
    reason: /has not asked since it was put on the list or was to start again/,
    help: /only when it boots; when its screen is idle.*unplug/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      told.bench.store.release(MAC, told.bench.clock.wall());
      told.bench.fleet.syncEnrolments();
      told.enrol(SIP8, null, '7940');
    },
  },
  {
    because: 'nobody can tell who asks, since it has another address each time',
    state: 'offered',
    reason: /OS79XX\.TXT was refused: nobody could tell who asks from 192\.0\.2\.22/,
    help: /--leases/,
    happens: async (told) => {
      told.enrol(SIP8, 'P0030301MFG2', '7940');
      await told.boot(SCCP3, '192.0.2.21');
      await told.boot(SCCP3, '192.0.2.22');
    },
  },
  {
    because: 'it shows nothing of what it runs',
    state: 'identifying',
    reason: /did not show what it runs/,
    help: /read the load on its display.*--from/,
    happens: async (told) => {
      told.enrol(JAVA);
      for (let round = 0; round < 3; round++) await told.boot(JAVA_BOOT);
    },
  },
  {
    because: 'it shows nothing of what it runs, and its operator has said that',
    state: 'identifying',
    reason: /does not show what it runs/,
    help: /wait for its next two rounds: it is believed to run SIP42\.8-5-2S then/,
    happens: async (told) => {
      told.enrol(JAVA, 'SIP42.8-5-2S');
      await told.boot(JAVA_BOOT);
    },
  },
  {
    because: 'what it asks speaks against what its operator said',
    state: 'identifying',
    reason: /speaks against P0S3-05-3-00/,
    help: /--from/,
    happens: async (told) => {
      told.enrol(SIP8, STEP);
      for (let round = 0; round < 3; round++) await told.boot(JAVA_BOOT);
    },
  },
  {
    because: 'what it asks fits software of two generations',
    state: 'identifying',
    reason: /fits several loads|signed files or unsigned ones/,
    help: /say what it runs.*--from/,
    happens: async (told) => {
      told.enrol(SIP8);
      await told.boot(['OS79XX.TXT', 'SIPDefault.cnf']);
      await told.boot(['OS79XX.TXT', 'SIPDefault.cnf']);
      await told.boot(['SIP<MAC>.cnf']);
    },
  },
  {
    because: 'it is asked through its own file which of two it runs',
    state: 'identifying',
    reason: /signed files or unsigned ones; its own SIP file is used to tell/,
    help: /wait for its next two rounds/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.addresses.tell(A, MAC);
      await told.boot(OLD_SIP);
    },
  },
  {
    because: 'names of two kinds of phones come from its address',
    state: 'identifying',
    reason: /two phones may ask from its address/,
    help: /an address of its own|--leases/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.addresses.tell(A, MAC);
      await told.boot(['OS79XX.TXT', 'SIPDefault.cnf', 'SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml']);
    },
  },
  {
    because: 'its load is offered and it has not asked again',
    state: 'offered',
    reason: /P0S3-06-3-00 is offered in OS79XX\.TXT, and the phone has not asked for that file since/,
    help: /wait for its next round; when its screen is idle/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.addresses.tell(A, MAC);
      await told.boot(SCCP3);
    },
  },
  {
    because: 'it read the file that names its load and does not come',
    state: 'offered',
    reason: /P0S3-06-3-00 was named to it in OS79XX\.TXT, and it has not come for it yet/,
    help: /unplug its power/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.addresses.tell(A, MAC);
      await told.boot(SCCP3);
      await told.boot(SCCP3);
    },
  },
  {
    because: 'it passed the first file over and is shown its load in the next',
    state: 'offered',
    reason: /it read .+, which named P0S3-08-11-00, and did not come for it; P0S3-08-11-00 is offered in/,
    help: /wait for its next round/,
    happens: async (told) => {
      told.enrol(SIP8, 'P0030801SR02', '7940');
      for (let round = 0; round < 5; round++) await told.boot(SCCP8);
      await told.boot(SCCP8.slice(0, 1));
    },
  },
  {
    because: 'it came for a file that the package does not have',
    state: 'offered',
    reason: /it came for P0S3-06-3-00\.loads and did not get it: the package of P0S3-06-3-00 has no such file/,
    help: /wait for its next two rounds/,
    happens: async (told) => {
      told.enrol(FIRST, 'P0S3-08-2-00', '7940');
      await told.boot(['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'SIP<MAC>.cnf', `${FIRST}.loads`]);
    },
  },
  {
    because: 'its power is being switched off and on',
    state: 'offered',
    reason: /power is being switched off and on/,
    help: /it boots again at once/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.addresses.tell(A, MAC);
      await told.boot(SCCP3);
      told.bench.fleet.withhold(MAC);
      await told.boot(SCCP3);
    },
  },
  {
    because: 'it had landed and is to show its load again',
    state: 'identifying',
    reason: /was last known as .*has to show what it runs now/,
    help: /asks only when it boots/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot([...HUNT, `${SIP8}.loads`, 'P003-08-11-00.sbn', `${SIP8}.sb2`]);
      await told.boot([...HUNT.slice(0, 3), `${SIP8}.loads`, 'SIPDefault.cnf', 'SIP<MAC>.cnf']);
      expect(told.report().state).toBe('landed');
      told.bench.store.retry(MAC, told.bench.clock.wall());
      told.bench.fleet.syncEnrolments();
    },
  },
  {
    because: 'its boot loader asks from an address that nothing ties to it',
    state: 'waiting',
    reason: /has not asked this server by its name yet; .*may be this one/,
    help: /^if it is, name the lease file.*; otherwise plug it in/,
    happens: async (told) => {
      told.enrol(JAVA);
      await told.boot(['term62.default.loads']);
      await told.boot(['term62.default.loads']);
    },
  },
  {
    because: 'it shares its address with another phone, and its family is not known yet',
    state: 'identifying',
    reason: /XMLDefault\.cnf\.xml was asked for from an address that is known as more than one machine's/,
    help: /an address of its own, at which no other one has named itself today/,
    happens: async (told) => {
      told.enrol(SIP8);
      await told.bench.take(`SEP${OTHER}.cnf.xml`, A);
      for (let round = 0; round < 2; round++) await told.boot(SCCP3);
    },
  },
  {
    because: 'it took its load, and shares its address since',
    state: 'confirming',
    reason: /XMLDefault\.cnf\.xml was asked for from an address that is known as more than one machine's/,
    help: /an address of its own, at which no other one has named itself today/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot([...HUNT, `${SIP8}.loads`, 'P003-08-11-00.sbn', `${SIP8}.sb2`]);
      await told.bench.take(`SEP${OTHER}.cnf.xml`, A);
      for (let round = 0; round < 2; round++) await told.boot(HUNT);
    },
  },
  {
    because: 'it only hunts',
    state: 'offered',
    reason: /^the phone hunted through its names, was shown P0S3-08-11-00/,
    help: /DHCP names this server alone/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot(HUNT);
    },
  },
  {
    because: 'its load was given once to an address that names alone tell',
    state: 'offered',
    reason: /given to this address once and nothing was taken/,
    help: /--leases/,
    happens: async (told) => {
      told.enrol(SIP8, 'P0030301MFG2', '7940');
      await told.boot(SCCP3);
      await told.boot(SCCP3);
      await told.boot(['OS79XX.TXT', 'SEP<MAC>.cnf.xml']);
    },
  },
  {
    because: 'what is asked without a name does not fit it, and names alone tell whose the address is',
    state: 'offered',
    reason: /does not fit what the phone has shown/,
    help: /names itself again.*--leases/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(SCCP3);
      await told.boot(['OS79XX.TXT', 'SIPDefault.cnf', `${FIRST}.bin`]);
    },
  },
  {
    because: 'the beginning of its boot was not heard',
    state: 'offered',
    reason: /beginning of this boot was not heard/,
    help: /wait for its next boot/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot(HUNT);
      told.bench.clock.advance(2 * MINUTE);
      await told.boot(['SIPDefault.cnf', 'SIP<MAC>.cnf']);
      await told.boot(['SIPDefault.cnf', 'SIP<MAC>.cnf']);
    },
  },
  {
    because: 'others go before it',
    state: 'offered',
    reason: /waits for its turn \(1 of 1\): at most 1 at once/,
    help: /its turn comes/,
    told: () => new Told(PACKAGES, { limits: { atOnce: 1 } }),
    happens: async (told) => {
      told.bench.enrol(OTHER, SIP8);
      told.bench.addresses.tell(B, OTHER);
      told.bench.addresses.tell(A, MAC);
      told.enrol(SIP8);
      const names = SCCP3.map((name) => name.replace('<MAC>', OTHER));
      await told.boot(names, B);
      await told.boot(names, B);
      await told.boot(SCCP3);
      await told.boot(SCCP3);
    },
  },
  {
    because: 'the batch is paused',
    state: 'offered',
    reason: /waits for its turn \(1 of 1\): the batch is paused/,
    help: /loadstep resume/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.addresses.tell(A, MAC);
      await told.boot(SCCP3);
      told.kept.changeBatch((was) => ({
        state: { ...was, isPaused: true, reason: 'a test', turnedAt: null },
        events: [],
      }));
      told.bench.fleet.syncEnrolments();
      await told.boot(SCCP3);
    },
  },
  {
    because: 'files of its hop are gone from the store',
    state: 'held',
    reason: /store no longer holds/,
    help: /put .* back into the firmware folder/,
    happens: async (told) => {
      told.enrol(SIP8);
      told.bench.addresses.tell(A, MAC);
      await told.boot(SCCP3);
      told.bench.firmware.packages = packagesOf(SIP8);
      await told.boot(SCCP3);
    },
  },
  {
    because: 'it fetches the manifest and no image',
    state: 'downloading',
    reason: /fetched the manifest of P0S3-08-11-00 2 times and has asked for no image since/,
    help: /leave its power on: it may yet come for the load/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot([...HUNT, `${SIP8}.loads`]);
      await told.boot([...HUNT, `${SIP8}.loads`]);
    },
  },
  {
    because: 'a transfer broke off',
    state: 'downloading',
    reason: /transfer of P0S3-08-11-00\.sb2 broke off/,
    help: /do not unplug/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot([...HUNT, `${SIP8}.loads`]);
      await told.bench.lost(await told.bench.ask(`${SIP8}.sb2`, A));
    },
  },
  {
    because: 'it writes its flash',
    state: 'flashing',
    reason: /checks and writes/,
    help: /do not unplug/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot([...HUNT, `${SIP8}.loads`, 'P003-08-11-00.sbn', `${SIP8}.sb2`]);
    },
  },
  {
    because: 'it came back and has shown nothing yet',
    state: 'confirming',
    reason: /has not shown yet what it runs now/,
    help: /wait: the phone boots/,
    happens: async (told) => {
      told.enrol(SIP8, null, '7940');
      await told.boot(HUNT);
      await told.boot([...HUNT, `${SIP8}.loads`, 'P003-08-11-00.sbn', `${SIP8}.sb2`]);
      await told.boot(HUNT.slice(0, 2));
    },
  },
  {
    because: 'it booted late after its images, read what names its load and is silent',
    state: 'confirming',
    reason: /shows by what it asks next, or by asking nothing in one more boot/,
    help: /wait two minutes.*restart it: when its screen is idle/,
    happens: async (told) => {
      told.enrol(JAVA, 'SIP42.8-5-2S', '7942');
      const boot = ['CTLSEP<MAC>.tlv', 'ITLSEP<MAC>.tlv', 'ITLFile.tlv', 'SEP<MAC>.cnf.xml'];
      await told.boot([...boot, `${JAVA}.loads`, ...archivesOf(JAVA)]);
      told.bench.clock.advance(5 * MINUTE);
      await told.boot(boot);
      told.bench.clock.advance(2 * MINUTE);
    },
  },
];

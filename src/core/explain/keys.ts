import type { Level } from '../matrix/hop-words.ts';
import type { FamilyId } from '../names/family.ts';

/** What a key sequence is for. */
export type KeyTopic = 'restart' | 'unlock' | 'alternate-tftp' | 'factory-reset' | 'erase-trust-lists';

/** Keys as the phone has them: `0` to `9`, `*`, `#`, `Settings`. */
export interface Press {
  readonly how: 'in turn' | 'together' | 'held while the power comes';
  readonly keys: readonly string[];
  /** What the display has to show; absent where that does not matter. */
  readonly at?: string;
}

/** Whose keys: of one family of phones, or of a Java phone of which no more is known; null where nothing is. */
export type KeysOf = FamilyId | 'java' | null;

/** A key sequence of one group of models. */
export interface KeySequence {
  readonly topic: KeyTopic;
  readonly phones: '79x0' | 'java';
  /** The families of that group that it is for; absent where it is for all of them. */
  readonly only?: { readonly families: readonly FamilyId[]; readonly name: string };
  /** In words, with all that is to be seen to. */
  readonly keys: string;
  /** The same for a drawing; absent where a menu leads there, which differs by model and load. */
  readonly presses?: readonly Press[];
  readonly effect: string;
  readonly sources: readonly string[];
  readonly level: Level;
}

/** The two groups of phones, as people name them. */
export const PHONE_GROUPS = { '79x0': '7940 and 7960', java: '7906 to 7975 (Java phones)' } as const;

/** The phones that a sequence is for, as people name them. */
export function phonesText({ phones, only }: KeySequence): string {
  return only?.name ?? PHONE_GROUPS[phones];
}

/** Whether a sequence is for such a phone; where nothing is known of the phone, every one may be. */
export function isForPhone({ phones, only }: KeySequence, of: KeysOf): boolean {
  if (of === null) return true;
  if (of === 'java' || of === '79x0') return phones === of;
  return phones === 'java' && (only === undefined || only.families.includes(of));
}

const RESET_HOLD: Press = { how: 'held while the power comes', keys: ['#'] };

/** Every key sequence that the sources give, harmless ones first. */
export const KEY_SEQUENCES: readonly KeySequence[] = [
  {
    topic: 'restart',
    phones: '79x0',
    keys: 'hold * 6 and Settings together',
    presses: [{ how: 'together', keys: ['*', '6', 'Settings'] }],
    effect: 'restarts the phone; so does unplugging it, which must not happen while it writes flash',
    sources: ['S11', 'S59'],
    level: 'B',
  },
  {
    topic: 'restart',
    phones: 'java',
    only: { families: ['41', '42', '45', '70', '75'], name: '7941 to 7975' },
    keys: 'Settings, then **#**',
    presses: [{ how: 'in turn', keys: ['Settings', ...'**#**'] }],
    effect:
      'restarts the phone and keeps everything; so does unplugging it, which must not happen while it writes flash',
    sources: ['K4', 'C9'],
    level: 'B',
  },
  {
    // That a 7911 has an Applications Menu button is known (M19), and of no source that one of these has a Settings button.
    topic: 'restart',
    phones: 'java',
    only: { families: ['11', '31'], name: '7906, 7911 and 7931' },
    keys: 'open the Settings menu (7911: by the Applications Menu button), then **#**',
    presses: [{ how: 'in turn', keys: [...'**#**'], at: 'in the Settings menu' }],
    effect:
      'restarts the phone and keeps everything, as the sources tell of a 7942 and a 7970; so does unplugging it, which must not happen while it writes flash',
    sources: ['K4', 'C9', 'M19'],
    level: 'B',
  },
  {
    topic: 'unlock',
    phones: '79x0',
    keys: '**# in the Settings menu; later SIP loads have "Unlock Config" with a password (default: cisco)',
    presses: [{ how: 'in turn', keys: ['Settings', ...'**#'] }],
    effect: 'lets you change the network settings',
    sources: ['S35', 'S45'],
    level: 'A',
  },
  {
    topic: 'unlock',
    phones: 'java',
    keys: '**# in the Settings menu; wait ten seconds before you type it again',
    presses: [{ how: 'in turn', keys: [...'**#'], at: 'in the Settings menu' }],
    effect: 'lets you change the settings; typed twice without a pause it is read as **#**, and restarts the phone',
    sources: ['after-landing 9'],
    level: 'A',
  },
  {
    topic: 'alternate-tftp',
    phones: '79x0',
    keys: 'Settings > Network Configuration > Alternate TFTP = NO (unlock first)',
    effect: 'makes the phone use the TFTP address from DHCP; a leftover YES overrides DHCP',
    sources: ['S45'],
    level: 'B',
  },
  {
    topic: 'erase-trust-lists',
    phones: 'java',
    keys: 'Settings 4 5 2 (7975: 4 5 1 for the CTL), then **# and Erase',
    effect: 'forgets trust lists of an earlier server; the menu differs by model and load, so read the screen',
    sources: ['java-phones 8'],
    level: 'B',
  },
  {
    topic: 'factory-reset',
    phones: '79x0',
    keys: 'hold # while you connect the power until Headset, Mute and Speaker flash in turn, release, then 123456789*0# within 60 s; answer "Keep network cfg?" with 1 for yes, 2 for no',
    presses: [RESET_HOLD, { how: 'in turn', keys: [...'123456789*0#'] }],
    effect:
      'last resort: removes the application, so the phone is useless until a server has the right files; some phones ignore it',
    sources: ['S10', 'S13', 'S47'],
    level: 'A',
  },
  {
    topic: 'factory-reset',
    phones: 'java',
    keys: 'hold # while you connect the power until the line buttons flash (7906, 7911: the handset lamp; 7941, 7961: this can take minutes), release, then 123456789*0#',
    presses: [RESET_HOLD, { how: 'in turn', keys: [...'123456789*0#'] }],
    effect:
      'last resort: removes the application and the network settings; the boot loader then needs DHCP with a TFTP address. 7970 on an early load: use the external power supply, not inline power',
    sources: ['C9', 'K4', 'M3', 'P4'],
    level: 'A',
  },
  {
    topic: 'factory-reset',
    phones: 'java',
    keys: 'the same with *7412369#085',
    presses: [RESET_HOLD, { how: 'in turn', keys: [...'*7412369#085'] }],
    effect: 'last resort: like the one above, but keeps the network settings',
    sources: ['M18'],
    level: 'B',
  },
  {
    topic: 'factory-reset',
    phones: 'java',
    keys: 'the same with 3491672850*#',
    presses: [RESET_HOLD, { how: 'in turn', keys: [...'3491672850*#'] }],
    effect:
      'last resort after the others: wipes nearly the whole flash; the phone looks dead for more than five minutes and must keep its power',
    sources: ['M3', 'M15'],
    level: 'B',
  },
];

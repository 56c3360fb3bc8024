import type { ErrorFactsByCode } from './error-facts.ts';

/** What is wrong in what somebody typed, in settings, accounts and the files that are given to be read. */
export const ERRORS_OF_WORDS: ErrorFactsByCode = {
  E_ACCOUNTS_KEY_LOST: {
    meaning: 'The key file that opens the passwords of the accounts is not there, or is another one.',
    cause:
      'The file was deleted, the record was moved to another machine without it, or another user runs the command: each has a key file of his own unless `--accounts-key` names one.',
    advice: [
      'Put the key file back, or name it with `--accounts-key`.',
      'Where it is lost for good, type `loadstep accounts forget --all` and import the accounts again: a new key is made then. Nothing else in the record depends on it.',
    ],
  },
  E_ACCOUNTS_KEY_UNREADABLE: {
    meaning: 'The key file of the accounts cannot be read or made, or holds no key.',
    cause: 'This user may not read or write it, its disk is full or read-only, or it is another file.',
    advice: ['Let this user read the file that the message names, or name another one with `--accounts-key`.'],
  },
  E_ACCOUNT_REFUSED: {
    meaning: 'A phone cannot have this account.',
    cause:
      'Its password is too short, too long or of other signs than letters and digits, a name is none that SIP takes, or the phone has fewer lines.',
    advice: [
      'Correct what the message names, and change a password at the PBX, too: `loadstep accounts set --generate` makes one that phones take.',
    ],
  },
  E_AMBIGUOUS: {
    meaning: 'The phone may be running one of several loads, and no step is safe from all of them.',
    cause: 'The phone has shown too little so far, or only its generation is certain.',
    advice: [
      'Let the phone boot once more while loadstep runs.',
      'Or read the load on its display and give it with `--from`.',
    ],
  },
  E_BAD_CONFIG: {
    meaning: 'The configuration file, or a variable that begins with LOADSTEP_, cannot be used.',
    cause: 'An unknown key, a value of the wrong kind, or text that is not YAML.',
    advice: ['Correct the key that the message names.'],
  },
  E_BAD_USAGE: {
    meaning: 'The command line cannot be used.',
    cause: 'An unknown command or flag, a missing flag, or a value in a wrong form, such as a MAC that is too short.',
    advice: ['Correct what the message names; `loadstep help COMMAND` shows the flags.'],
  },
  E_CONFIG_FACTS: {
    meaning: "What is known of the phones' configuration files, in `phone-config/`, is not valid.",
    cause: 'A file in `phone-config/` was changed or is missing.',
    advice: ['Correct the place that the message names, or install loadstep again if you did not change it.'],
  },
  E_CONFIG_REFUSED: {
    meaning: 'A configuration would not work on this phone, or would move it to other firmware; nothing was written.',
    cause: 'A key, a value or a file of your own that the load does not take, or that names another load.',
    advice: ['Correct what the message names. To bring the phone to another load use `loadstep upgrade`.'],
  },
  E_LOG_UNKNOWN: {
    meaning: 'Nothing in the log is known: no line is of a server that `diagnose` can read.',
    cause: 'It is the log of another program, of a server whose lines were never seen here, or no log at all.',
    advice: [
      'Compare the lines that it shows with the list in docs/diagnose.md.',
      'Start tftpd-hpa and atftpd with `--verbose`, since they log requests only then; dnsmasq logs transfers by itself.',
      'Or ask what one of the names in it means: `loadstep explain NAME`.',
    ],
  },
  E_LOG_UNREADABLE: {
    meaning: 'A log or a capture that `diagnose` is to read cannot be read.',
    cause: 'It is not there, it is a folder, or this user may not read it, as with logs of the system.',
    advice: [
      'Check the name; for a folder give the files in it.',
      'Logs of the system may be read by root and by some groups: run it with `sudo`, or give it a copy.',
    ],
  },
  E_TRUNK_FACTS_MISSING: {
    meaning: 'The DHCP answer does not tell what a telephone trunk needs.',
    cause:
      'The client did not ask for the options, the network did not give them to it, or the form in which the answer was kept leaves them out.',
    advice: [
      'Let the DHCP client ask for options 120, 121 and 125 (option 55), and name NTT (210) and the MAC of the lent gateway in option 124.',
      'Give the answer itself: capture it with `tcpdump -w` on ports 67 and 68 while the client starts.',
    ],
  },
  E_ZONE_UNKNOWN: {
    meaning: 'No name is known by which the phone has this time zone.',
    cause: 'A mistyped zone, or one whose clock these phones have no name for.',
    advice: [
      'Give a zone as IANA lists it, such as Europe/Berlin, a neighbouring one with the same clock, or the name of the phone with `--phone-zone`.',
    ],
  },
};

import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import type { ExplainEntry } from './entry.ts';

/** `meaning` and `advice` stand word for word in docs/errors.md. */
interface ErrorFacts {
  readonly meaning: string;
  readonly cause: string;
  readonly advice: readonly string[];
}

const FACTS: Readonly<Partial<Record<ErrorCode, ErrorFacts>>> = {
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
  E_ADDRESS_UNAVAILABLE: {
    meaning: 'This machine does not have the address to listen on.',
    cause: '`--listen` names an address of another machine, or one that is not up yet.',
    advice: ['Choose an address that `ip address` shows, or 0.0.0.0 for all of them.'],
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
  E_DB_DAMAGED: {
    meaning: 'The database is damaged; it was not touched.',
    cause: 'A disk fault, a copy taken while loadstep was writing, or a file that is not a database.',
    advice: ['Restore a copy, or name another file with `--db`; the phones themselves are not affected.'],
  },
  E_DB_DENIED: {
    meaning: 'The database may not be opened or written by this user.',
    cause: 'It belongs to another user, for instance after a run with sudo, or the path is a folder.',
    advice: ['Run as the user who owns it, or name another file with `--db`.'],
  },
  E_DB_FAILED: {
    meaning: 'The database failed for a reason that has no code of its own.',
    cause: 'A fault of the disk or of the file system.',
    advice: ['Read what the message says, check the disk, and try again.'],
  },
  E_DB_GONE: {
    meaning: 'The database was removed, moved or replaced while a server worked on it.',
    cause: 'Somebody deleted or moved its folder, or put a backup in its place without stopping the server first.',
    advice: [
      'Put the record, or the backup that you want, back in its place and start the server again; a backup lacks what was recorded after it.',
      'To begin a new record instead, delete the file that the message names.',
    ],
  },
  E_DB_LOCKED: {
    meaning: 'Another program keeps the database locked.',
    cause: 'It may be a backup, or an open sqlite3 shell.',
    advice: ['End the other program, or wait for it, and try again.'],
  },
  E_DB_MISSING: {
    meaning: 'There is no record yet.',
    cause:
      'Nothing was ever recorded at this path; `status`, `history` and the like only read a record and never create one.',
    advice: ['Start `loadstep upgrade` or `serve` first, or name the right file with `--db`.'],
  },
  E_DB_NEWER: {
    meaning: 'The database was written by a newer loadstep; it was not touched.',
    cause: 'This loadstep is older than the one that ran before.',
    advice: ['Use the newer loadstep again, or name another file with `--db`.'],
  },
  E_DB_SERVED: {
    meaning: 'Another loadstep already serves from this database.',
    cause: 'A second `serve` was started with the same `--db`.',
    advice: [
      'Use the one that runs: `upgrade` and `enroll` reach it through the database.',
      'Or give the second one a database of its own with `--db`.',
    ],
  },
  E_DISK_FULL: {
    meaning: 'The disk is full; nothing that was recorded is lost.',
    cause: 'No room for the next row of the record. No answer goes out that is not recorded first, so the phones wait.',
    advice: ['Make room on the disk of the database and start again.'],
  },
  E_FILES_MISSING: {
    meaning: 'There is a road to the target, but files for it are missing or damaged.',
    cause: 'The store lacks a package, or a package fails its checks.',
    advice: [
      'Put the files that the message lists into the store.',
      'Run `loadstep firmware verify` to see what is wrong with those that are there.',
      'A running server looks at its store again at SIGHUP, or when it is started again. Restart a phone whose screen stays idle after that.',
    ],
  },
  E_FILE_EXISTS: {
    meaning: 'A file is there with other content, and was not replaced.',
    cause: 'An earlier configuration, or a file of your own.',
    advice: ['Look at it, and give `--replace`, or another folder with `--out`.'],
  },
  E_FIRMWARE_CHANGED: {
    meaning: 'A firmware file changed after it was checked; it is not served.',
    cause: 'Somebody copied over it while loadstep ran.',
    advice: [
      'Run `loadstep firmware verify`, then start again.',
      'Change packages only while loadstep is not running.',
    ],
  },
  E_FIRMWARE_UNREADABLE: {
    meaning: 'A firmware folder or a file in it cannot be read.',
    cause: 'The folder does not exist, or this user may not read it.',
    advice: ['Correct `--firmware`, or the permissions that the message names.'],
  },
  E_FIRMWARE_UNWRITABLE: {
    meaning: 'The firmware folder cannot be written to, so nothing can be imported into it or taken out of it.',
    cause: 'This user may not write there, the disk is mounted read-only, or the path is not a folder.',
    advice: ['Name another folder with `--firmware`, or change the permissions that the message names.'],
  },
  E_HELD: {
    meaning: 'The phone is held and waits for a person or for new evidence.',
    cause: 'Every safe way was tried; the message gives the reason.',
    advice: [
      'Do what the advice says; `loadstep status --mac MAC` shows reason and code, `loadstep explain CODE` tells more.',
    ],
  },
  E_LEASES_UNREADABLE: {
    meaning: 'A DHCP lease file cannot be read.',
    cause: 'The path of `--leases` is wrong, or this user may not read the file.',
    advice: ['Correct the path, or let this user read the file.'],
  },
  E_LOADER_TARGET: {
    meaning: 'The target is a bare loader, and a phone with nothing else cannot make calls.',
    cause:
      'A name such as `P003-08-11-00` is the Universal Application Loader of a 7940 or 7960. Each application comes with its loader, and a phone never has to be taken back to one.',
    advice: ['Name the application as target: `P0S3-08-11-00` for the loader `P003-08-11-00`. The message names it.'],
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
  E_LOG_UNWRITABLE: {
    meaning: 'The log file cannot be written.',
    cause: 'Its folder does not exist, this user may not write there, or its disk is full or read-only.',
    advice: ['Correct `--log-file`, or create the folder and let this user write to it.'],
  },
  E_MATRIX_INVALID: {
    meaning: 'The firmware matrix, the data about phones and loads, is not valid.',
    cause: 'A file in `firmware-matrix/` was changed or is missing.',
    advice: [
      'Run `loadstep matrix lint`: it names the file and the place.',
      'Install loadstep again if you did not change it.',
    ],
  },
  E_NATIVE_MISSING: {
    meaning:
      'Nothing that opens the record can be loaded: the native part of better-sqlite3 is missing or was built for another Node.',
    cause:
      'Optional packages were left out, Node was changed after the installation, there is no prebuilt part for this kind of machine, or (before Node 22.14) an install script was blocked, or found no compiler or no headers of Node. A new Node 24 or 26 does without it.',
    advice: [
      'Use Node 24.21 or later of 24, or 26: where better-sqlite3 is missing, its own SQLite is used.',
      'Or use Node 22.14 or later on Linux, macOS or Windows, on x64 or arm64: there nothing has to be compiled.',
      'Install loadstep again with the Node that will run it, without leaving out optional packages.',
      'On Node 20 and 22 `npm rebuild better-sqlite3-12` in its folder compiles one: it needs python3, make, g++ and the headers of that Node if no prebuilt file can be fetched.',
      'To compile, npm fetches headers of Node from nodejs.org; where it cannot, set `NPM_CONFIG_NODEDIR` to the folder above `include/node`, such as `/usr`. Add `--foreground-scripts` to the installation to see why a compile fails: npm says nothing of it otherwise.',
    ],
  },
  E_NO_BATCHES: {
    meaning: 'Datagrams cannot be read and written in batches here, as `--data-plane batch` demands.',
    cause:
      'The system is not Linux on x64 or arm64, the optional package koffi is missing, or a container forbids the calls recvmmsg and sendmmsg. The message says which.',
    advice: [
      'Leave `--data-plane` out: batches are used where they work, and single datagrams elsewhere.',
      'To have batches, install loadstep again without leaving out optional packages, or allow both calls in the container.',
    ],
  },
  E_NO_FIRMWARE: {
    meaning: 'The store holds no firmware.',
    cause: '`--firmware` names an empty folder, or none was named and the default one is empty.',
    advice: [
      'Import packages with `loadstep firmware import`, or unpack each load into a folder of its own and name the folder above them with `--firmware`.',
    ],
  },
  E_NO_PATH: {
    meaning: 'No chain of allowed steps leads from what runs to the target.',
    cause: 'A rule forbids every road, such as the one from signed loads back to unsigned ones.',
    advice: ['Read the reasons: they name the rule.', 'Choose another target of the same family.'],
  },
  E_PACKAGE_MISSING: {
    meaning: 'A package that this command needs, and that not everybody wants, is not installed.',
    cause: 'It does not come with loadstep: `loadstep mcp` needs the Model Context Protocol of its authors.',
    advice: ['Install it beside loadstep, with the command that the message names.'],
  },
  E_PORT_DENIED: {
    meaning: 'This user may not listen on the port.',
    cause: "Ports below 1024, such as TFTP's 69, need a permission on most systems.",
    advice: [
      'Give Node the permission with setcap (cap_net_bind_service), start it as a service that has it, or listen on another port with `--listen` and redirect port 69 to it.',
    ],
  },
  E_PORT_IN_USE: {
    meaning: 'Something else listens on the port.',
    cause: 'Another TFTP server (dnsmasq, tftpd-hpa, atftpd), or a second loadstep.',
    advice: [
      'Stop the other server, or listen on another address with `--listen`.',
      'Or let it keep port 69: `loadstep beside nft` redirects what the phones on the list ask there.',
      'Where dnsmasq has every address, give it `listen-address` and `bind-interfaces`, and no `interface`: see docs/beside.md.',
    ],
  },
  E_REDIRECT_REFUSED: {
    meaning: 'The questions of the phones cannot be led here from port 69.',
    cause:
      'The program that changes the packet filter is not installed, this user may not change it or mount a folder, this kernel lacks a part that is needed, or the other server is not set up for it.',
    advice: [
      'Run `loadstep beside` as root, or give its service CAP_NET_ADMIN (CAP_SYS_ADMIN for `dnsmasq` and `tftpd`): see docs/beside.md.',
      'Install nftables (or iptables for `loadstep beside iptables`). Where the kernel has neither, choose another way of docs/beside.md.',
      'For `loadstep beside tftpd`, start in.tftpd with `--map-file`, and name its folder with `--root`.',
    ],
  },
  E_ROOT_UNREADABLE: {
    meaning: 'The folder that is served to everybody cannot be read.',
    cause: 'The path of `--root` is wrong, or this user may not read the folder.',
    advice: ['Correct the path, or let this user read the folder.'],
  },
  E_SERVER_BUSY: {
    meaning: 'The server is asked for more at once than it thinks about beside its phones.',
    cause: 'Shopping lists take thought, one is made at a time, and some dozens wait for theirs already.',
    advice: ['Ask again in a few seconds.', 'A program that asks again and again should wait for its answer first.'],
  },
  E_SERVER_GONE: {
    meaning: 'The server that answered the phones has ended and did not come back.',
    cause:
      'Somebody stopped `serve`, or it failed: its own log says why. No phone is answered meanwhile; a phone that was taking a file asks for it again.',
    advice: ['Start `loadstep serve` again, then the same command: everything goes on from where it was.'],
  },
  E_SERVER_OLDER: {
    meaning: 'The server that `--server` names is of an older version, and does not know what it was asked.',
    cause: 'This command and the loadstep on the other machine are not of the same version.',
    advice: ['Install the same version on both machines, or type the command on the other one.'],
  },
  E_SERVER_UNREACHABLE: {
    meaning: 'The server that `--server` names does not answer, or is no loadstep.',
    cause:
      'A mistyped address or port, a server that was started without `--web`, a firewall, or a certificate that this machine does not trust.',
    advice: [
      'Compare the address with the one that `loadstep serve` shows at its start as the one for a browser.',
      'Of a server with a certificate of its own, name the file of its authority with `--server-ca`, or its fingerprint.',
      'A server that listens on 127.0.0.1 alone is reached through `ssh -L 6980:127.0.0.1:6980 HOST`.',
    ],
  },
  E_SWITCH_ANSWER: {
    meaning: 'A switch answers by SNMP what makes no sense, or does not come to an end.',
    cause: 'Its software is at fault, it is overloaded, or something else answers in its place.',
    advice: [
      'Try it with `loadstep switch test NAME`; where it goes on so, take it off with `loadstep switch remove NAME`.',
    ],
  },
  E_SWITCH_KEY_LOST: {
    meaning:
      'What a switch is asked with cannot be read: the key file is another one than the one that it was encrypted with.',
    cause: 'The file that `--accounts-key` names is lost, or was made anew; another user has another one.',
    advice: [
      'Put the right key file back, or name it with `--accounts-key`.',
      'Otherwise add the switch once more with `loadstep switch add`.',
    ],
  },
  E_SWITCH_REFUSED: {
    meaning: 'A switch refuses what it is asked by SNMP.',
    cause: 'User or key are wrong (version 3), or the user or community may not read or write that.',
    advice: ['Compare user, keys and rights on the switch, and add it once more with `loadstep switch add`.'],
  },
  E_SWITCH_SILENT: {
    meaning: 'A switch does not answer by SNMP.',
    cause:
      'Its address is wrong, SNMP is off there, it answers other machines only, or the community is wrong: a wrong one gets no answer.',
    advice: [
      'Look on the switch whether SNMP is on, for which community, and who may ask. Then try `loadstep switch test NAME`.',
    ],
  },
  E_TIMEOUT: {
    meaning: 'The time given with `--timeout` is over; the phone has not landed.',
    cause: 'The phone needs more time, or it is stuck.',
    advice: [
      '`loadstep status --mac MAC` shows where it stands.',
      'Start the same command again: it goes on from there.',
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
  E_UNKNOWN_LOAD: {
    meaning: 'Neither the store nor the matrix knows this load.',
    cause: 'A typing error, an extension that does not belong there, or the load of another kind of phone.',
    advice: [
      'Compare with `loadstep firmware list` and `loadstep matrix show`; names are literal and have no extension.',
    ],
  },
  E_WEB_CERT: {
    meaning: 'The certificate or the key of the web server cannot be used.',
    cause:
      '`--web-cert` and `--web-key` go together: PEM files that this user can read, of which one is the key of the other.',
    advice: ['Correct the path, the permissions or the pair that the message names.'],
  },
  E_WEB_REFUSED: {
    meaning: 'The web server does not let this be asked.',
    cause:
      'The request came from another site, by a name that may lead anywhere, through a proxy or from a service of the machine, or from somebody who did not log in or may only look.',
    advice: [
      'On the machine itself, open the address that `loadstep serve` shows at its start, such as http://127.0.0.1:6980/.',
      'From another machine or a service, log in, or send a token; `loadstep web list` shows which there are.',
    ],
  },
  E_WEB_UNGUARDED: {
    meaning: 'Others could ask the web server, and nothing would keep them from it.',
    cause:
      'On an address that other machines reach, and with `--web-ask-everybody`, `--web` wants a password or a token, and the record has none yet.',
    advice: [
      'Run `loadstep web password`, then start again.',
      'Or give `--web` an address of this machine alone, such as 127.0.0.1:6980.',
    ],
  },
  E_WRONG_FAMILY: {
    meaning: 'The target is a load for other phones.',
    cause: 'A 7942 takes family 42 only, a 7940 or 7960 takes `P0…` only, and so on.',
    advice: [
      'Choose a load of the family of the phone: `loadstep firmware list` names those in the store.',
      'A phone that shows on the way what it is, is held for this, and the command that follows it ends with exit code 4.',
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

/** One entry for every error code that has been described. */
export const ERROR_ENTRIES: readonly ExplainEntry[] = Object.entries(FACTS).map(([code, facts]) => ({
  code,
  kind: 'error',
  phones: 'all',
  title: facts.meaning,
  screen: [],
  server: null,
  cause: facts.cause,
  advice: facts.advice,
  keys: [],
  match: null,
  asks: [],
  exitCode: ERROR_CODES[code as ErrorCode],
  sources: [],
  level: null,
}));

import type { ErrorFactsByCode } from './error-facts.ts';

/** What the machine, its record, its ports and other servers and switches beside it refuse. */
export const ERRORS_OF_MACHINE: ErrorFactsByCode = {
  E_ADDRESS_UNAVAILABLE: {
    meaning: 'This machine does not have the address to listen on.',
    cause: '`--listen` names an address of another machine, or one that is not up yet.',
    advice: ['Choose an address that `ip address` shows, or 0.0.0.0 for all of them.'],
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
    cause:
      'A second `serve` was started with the same `--db`, or a command names its file by another name (a hard link).',
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
  E_FILE_EXISTS: {
    meaning: 'A file is there with other content, and was not replaced.',
    cause: 'An earlier configuration, or a file of your own.',
    advice: ['Look at it, and give `--replace`, or another folder with `--out`.'],
  },
  E_FOLDER_LOST: {
    meaning: 'The folder through which another server asks loadstep was taken away, and could not be laid anew.',
    cause:
      'Somebody unmounted it, or this process stood still for 15 s or longer (Ctrl-Z, `docker pause`) and the kernel ended it; then mounting it was refused, four times in a row. Phones ask the other server meanwhile, which may give them other loads.',
    advice: [
      'Mend what the message names, such as something else that is mounted at that place, or a right that was taken away.',
      'Then start `loadstep beside` again. A phone that booted meanwhile lands by nothing that was not heard; let it boot once more.',
    ],
  },
  E_LEASES_UNREADABLE: {
    meaning: 'A DHCP lease file cannot be read.',
    cause: 'The path of `--leases` is wrong, or this user may not read the file.',
    advice: ['Correct the path, or let this user read the file.'],
  },
  E_LLDPCLI_MISSING: {
    meaning: 'This machine is to say which phone hangs at which of its interfaces, and has no lldpcli.',
    cause: '`lldpd` is not installed, or its programs lie in a folder that is not searched.',
    advice: [
      'Install lldpd (Debian: `apt-get install lldpd`), and let it run with `-c`, so that it hears CDP.',
      'Where phones do not hang at this machine itself, take it off with `loadstep switch remove NAME`.',
    ],
  },
  E_LLDPD_ANSWER: {
    meaning: '`lldpcli` says what makes no sense, or far too much.',
    cause:
      'It is of another version than 1.0, another program of that name, or a great many neighbours speak to lldpd.',
    advice: ['Run `lldpcli -f json0 show neighbors` by hand, and compare its version with that of lldpd.'],
  },
  E_LLDPD_REFUSED: {
    meaning: 'This user may not ask lldpd.',
    cause:
      'Only some groups may run lldpcli, and open the socket of lldpd where a unit of systemd forbids it to become another user (`NoNewPrivileges`).',
    advice: [
      'On Debian let the user be in the groups `adm` and `_lldpd`, in a unit with `SupplementaryGroups=adm _lldpd`, and start the server anew.',
    ],
  },
  E_LLDPD_SILENT: {
    meaning: '`lldpd` does not answer on this machine.',
    cause: 'It does not run, hangs, or has its socket at another place.',
    advice: [
      'Start it (`systemctl start lldpd`), and try `loadstep switch test NAME`.',
      'Where its socket is at another place, add it once more with `loadstep switch add lldpd:/PATH`.',
    ],
  },
  E_LOG_UNWRITABLE: {
    meaning: 'The log file cannot be written.',
    cause: 'Its folder does not exist, this user may not write there, or its disk is full or read-only.',
    advice: ['Correct `--log-file`, or create the folder and let this user write to it.'],
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
  E_NO_SERVER: {
    meaning: 'No server runs on this record, and only a server can do what was asked.',
    cause: 'A phone is told to restart by the process that hears it: `serve` or `upgrade`.',
    advice: [
      'Start `loadstep serve --witness` on the same record, wait until the phone has registered, and ask again.',
    ],
  },
  E_RESTART_REFUSED: {
    meaning: 'The phone was not restarted: it must not be now, or no way came to anything.',
    cause:
      'It may be writing its flash; nobody knows whose address it has; or it took none of the ways that it has, as the lines before say.',
    advice: [
      'Where it may be writing its flash, leave it on and wait for its next boot.',
      'Otherwise read what each way lacks, or press the keys that are named; `loadstep history --mac MAC` shows what was tried.',
    ],
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
};

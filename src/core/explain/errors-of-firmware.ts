import type { ErrorFactsByCode } from './error-facts.ts';

/** What firmware, the matrix and the phones themselves refuse. */
export const ERRORS_OF_FIRMWARE: ErrorFactsByCode = {
  E_FILES_MISSING: {
    meaning: 'There is a road to the target, but files for it are missing or damaged.',
    cause: 'The store lacks a package, or a package fails its checks.',
    advice: [
      'Put the files that the message lists into the store.',
      'Run `loadstep firmware verify` to see what is wrong with those that are there.',
      'A running server looks at its store again at SIGHUP, or when it is started again. Restart a phone whose screen stays idle after that.',
    ],
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
  E_LOADER_TARGET: {
    meaning: 'The target is a bare loader, and a phone with nothing else cannot make calls.',
    cause:
      'A name such as `P003-08-11-00` is the Universal Application Loader of a 7940 or 7960. Each application comes with its loader, and a phone never has to be taken back to one.',
    advice: ['Name the application as target: `P0S3-08-11-00` for the loader `P003-08-11-00`. The message names it.'],
  },
  E_MATRIX_INVALID: {
    meaning: 'The firmware matrix, the data about phones and loads, is not valid.',
    cause: 'A file in `firmware-matrix/` was changed or is missing.',
    advice: [
      'Run `loadstep matrix lint`: it names the file and the place.',
      'Install loadstep again if you did not change it.',
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
  E_TIMEOUT: {
    meaning: 'The time given with `--timeout` is over; the phone has not landed.',
    cause: 'The phone needs more time, or it is stuck.',
    advice: [
      '`loadstep status --mac MAC` shows where it stands.',
      'Start the same command again: it goes on from there.',
    ],
  },
  E_UNKNOWN_LOAD: {
    meaning: 'Neither the store nor the matrix knows this load.',
    cause: 'A typing error, an extension that does not belong there, or the load of another kind of phone.',
    advice: [
      'Compare with `loadstep firmware list` and `loadstep matrix show`; names are literal and have no extension.',
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
};

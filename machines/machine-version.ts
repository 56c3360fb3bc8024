/** The name under which snapshots of the phone machine are stored. */
export const MACHINE_NAME = 'phone';
/** The version of a snapshot that this program writes; `restore` reads it and every older one. */
export const MACHINE_VERSION = 2;

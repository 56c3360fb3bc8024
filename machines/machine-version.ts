/** Name and version under which snapshots of the phone machine are stored. */
export const MACHINE_NAME = 'phone';
export const MACHINE_VERSION = 1;

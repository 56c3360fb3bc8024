import type { Knobs } from './phone-options.ts';

/** Every knob at its default, with where it comes from. */
export const DEFAULT_KNOBS: Knobs = {
  // Reboot of an 8.x phone into its loader, measured (legacy-79x0 11.1 A); invented for the older ones.
  bootSeconds: 15,
  // Invented; the sources say several minutes for several restarts (java-phones 4.4).
  javaBootSeconds: 45,
  // Invented.
  powerOffSeconds: 5,
  // Invented; the sources only say to wait minutes (legacy-79x0 6).
  flashSeconds: 30,
  // Invented; "repeats from Configuring IP" (legacy-79x0 5.2), "again and again" (S37).
  roundSeconds: 30,
  // About a minute after a silent server (legacy-79x0 11.2); invented for files that are missing.
  huntAgainSeconds: 60,
  // Measured (legacy-79x0 11.2).
  sccpAgainSeconds: 62,
  // Invented; "again and again" (java-phones 4.5).
  sepPollSeconds: 60,
  // Invented: no source tells what is left after a flash write that was interrupted.
  isDeadAfterFlashCut: false,
  // Off: one community report says it works (legacy-79x0 S37), one says the jump fails (S4).
  takesLoaderFromG1: false,
  // Cisco goes down from 7.x to signed loads of 5.x and 6.x (legacy-79x0 R1, R5); that the loader takes their .sbn is invented.
  takesOldImages: true,
  // Unknown (legacy-79x0 Q6); the careful reading.
  checksInnerName: true,
  // Disputed (java-phones 5.1).
  readsXmlDefault: true,
  // Inferred (java-phones 3.6).
  itlFrom: '8.5',
  // Disputed (java-phones Q3).
  retriesRejectedLoad: false,
  // Disputed (java-phones G5, G6).
  newLoadsTrustBoth: false,
  // Parse error or a cut at 31: both are reported (after-landing 2.5); refusing is the careful reading.
  cutsLongPassword: false,
  // "The phone will not accept the config": one claim (after-landing 2.1); the careful reading.
  takesAnyLabel: false,
  // Contradictory for 9.x (after-landing 2.3).
  transportIfAbsent: 'udp',
  // As in the vendor's stack; unknown for a 79xx (after-landing 2.2).
  callManagerPortOf: 'voipControlPort',
  // It is said so, and no source was found (issue 14).
  sccpTriesTftpServer: false,
  // 200 and nothing by the vendor's stack; one guide says that it reboots (after-landing 5).
  checkSyncRestartsJava: false,
  // Only the strings of the image speak for it (after-landing 10, A10).
  legacyObeysServiceControl: false,
};

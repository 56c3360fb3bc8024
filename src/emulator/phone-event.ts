/** What is common to all that an emulated phone reports; `atSeconds` is phone time since `start()`, `at` the wall clock. */
export interface PhoneMoment {
  readonly at: string;
  readonly atSeconds: number;
  readonly mac: string;
  readonly model: string;
  /** The name of the software that runs: an application's load, a loader's, or `boot-loader`. */
  readonly running: string | null;
}

/** Why power came or went. */
export type PowerReason = 'power-on' | 'restart' | 'power-cut' | 'power-cycle' | 'idle-restart' | 'stop';

/** What made a phone begin anew that was told to, or that found another file of its own. */
export type RestartWay = 'service-control' | 'check-sync' | 'sccp-reset' | 'telnet' | 'cgi-execute';

/** Whether only the application begins again, or the whole phone boots. */
export type RestartKind = 'restart' | 'reset';

/** One thing that happened to an emulated phone, both directions of the wire included. */
export type PhoneHappening =
  | { readonly event: 'phone.powered'; readonly isOn: boolean; readonly reason: PowerReason }
  | {
      readonly event: 'phone.booted';
      readonly software: 'application' | 'loader' | 'boot-loader';
      readonly load: string;
    }
  | { readonly event: 'file.asked'; readonly file: string; readonly port: number; readonly attempt: number }
  | {
      readonly event: 'file.got';
      readonly file: string;
      readonly port: number;
      readonly bytes: number;
      readonly blocks: number;
    }
  | { readonly event: 'file.missing'; readonly file: string; readonly code: number; readonly message: string }
  | { readonly event: 'file.silent'; readonly file: string; readonly port: number; readonly blocks: number }
  | { readonly event: 'file.dropped'; readonly file: string; readonly port: number; readonly blocks: number }
  | {
      readonly event: 'load.shown';
      readonly load: string;
      readonly file: string;
      /** Whether the line addresses this phone: a `loadInformationN` of another model does not. */
      readonly isForMe: boolean;
    }
  | { readonly event: 'load.refused'; readonly load: string; readonly reason: string }
  | { readonly event: 'flash.writing'; readonly file: string; readonly seconds: number }
  | { readonly event: 'flash.written'; readonly file: string; readonly load: string }
  | { readonly event: 'flash.damaged'; readonly file: string; readonly lost: string }
  | { readonly event: 'screen'; readonly text: string }
  | { readonly event: 'phone.configured'; readonly load: string; readonly file: string }
  | {
      readonly event: 'settings.taken';
      readonly verdict: 'registers' | 'quiet' | 'unprovisioned' | 'refused';
      /** Lines of its status page. */
      readonly status: readonly string[];
      /** What it would register, and where; no password. */
      readonly lines: readonly { readonly line: number; readonly name: string; readonly server: string }[];
      readonly transport: 'udp' | 'tcp';
    }
  | { readonly event: 'sip.sent'; readonly what: string; readonly to: string }
  | { readonly event: 'sip.got'; readonly what: string; readonly from: string }
  | { readonly event: 'sccp.sent'; readonly what: string; readonly to: string }
  | { readonly event: 'sccp.got'; readonly what: string; readonly text: string }
  | { readonly event: 'phone.says'; readonly line: number; readonly text: string }
  | {
      readonly event: 'line.registered';
      readonly line: number;
      readonly name: string;
      readonly server: string;
      /** What the server granted. */
      readonly seconds: number;
      readonly callId: string;
    }
  | { readonly event: 'line.unregistered'; readonly line: number; readonly name: string; readonly why: string }
  /** Every line is registered. */
  | { readonly event: 'phone.registered'; readonly lines: number }
  | { readonly event: 'message.lamp'; readonly isOn: boolean }
  /** It was told to begin anew, and does. */
  | { readonly event: 'phone.obeys'; readonly way: RestartWay; readonly how: RestartKind }
  | { readonly event: 'call.began'; readonly with: string; readonly isOutgoing: boolean }
  | {
      readonly event: 'call.ended';
      readonly with: string;
      readonly isOutgoing: boolean;
      readonly outcome: string;
      /** Packets of 20 ms, and how many of them came back as they were sent. */
      readonly sent: number;
      readonly heard: number;
      readonly same: number;
    }
  | { readonly event: 'phone.idle'; readonly why: string }
  | { readonly event: 'phone.hung'; readonly why: string }
  | { readonly event: 'phone.stuck'; readonly why: string };

/** A happening with its time and phone: what `onEvent` is given and `records` keeps. */
export type PhoneEvent = PhoneHappening & PhoneMoment;

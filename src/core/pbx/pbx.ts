import { ASTERISK, CHAN_SIP } from './asterisk.ts';
import { FREEPBX } from './freepbx.ts';
import { FREESWITCH } from './freeswitch.ts';
import { KAMAILIO } from './kamailio.ts';
import type { PbxKind } from './kind.ts';

/** Every kind of PBX that files are written for, in the order of the help. */
export const PBX_KINDS: readonly PbxKind[] = [ASTERISK, FREEPBX, FREESWITCH, KAMAILIO, CHAN_SIP];

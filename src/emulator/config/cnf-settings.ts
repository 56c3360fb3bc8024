/** One assignment of a `.cnf`, as a 79x0 on SIP 7.x or 8.x reads it. */
interface CnfEntry {
  readonly key: string;
  readonly value: string;
}

/** The entries of a file in order, and how many of its lines the phone counts as errors. */
export interface CnfRead {
  readonly entries: readonly CnfEntry[];
  readonly errors: number;
}

/** `name : value`; a value in double quotes or one word; then at most a comment (after-landing 1.2). */
const ASSIGNMENT = /^[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*:[ \t]*(?:"([^"]*)"|([^\s;"]*))[ \t]*(?:;.*)?$/;

/** Keys of both images, `N` a line from 1 to 6 (after-landing 1.3). */
const BOTH = `image_version proxyN_address proxyN_port proxy_register timer_register_expires timer_register_delta lineN_name
  lineN_authname lineN_password lineN_shortname lineN_displayname phone_label proxy_backup proxy_backup_port proxy_emergency
  proxy_emergency_port outbound_proxy outbound_proxy_port nat_enable nat_address nat_received_processing voip_control_port
  start_media_port end_media_port preferred_codec dtmf_outofband dtmf_avt_payload dtmf_inband dtmf_db_level enable_vad
  timer_t1 timer_t2 sip_retx sip_invite_retx timer_invite_expires sip_max_forwards rfc_2543_hold user_info remote_party_id
  semi_attended_transfer cnf_join_enable call_waiting dnd_control callerid_blocking anonymous_call_block call_hold_ringback
  autocomplete stutter_msg_waiting call_stats local_cfwd_enable messages_uri cfwd_url dial_template tftp_cfg_dir sync
  sntp_mode sntp_server time_zone dst_auto_adjust time_format_24hr date_format services_url directory_url logo_url
  http_proxy_addr http_proxy_port telnet_level phone_password phone_prompt network_media_type network_port2_type
  dyn_dns_addr_1 dyn_dns_addr_2 dyn_tftp_addr language garp_enable`;
const ONLY_7 = 'tos_media';
const ONLY_8 = `lineN_contact timer_keepalive_expires connection_monitor_duration version_stamp transfer_onhook_enabled
  encrypt_key dscpForAudio`;

const FLAG = /^[01]$/;
const PORT = /^\d{1,5}$/;
/** What a value may be, for the keys that decide about calls; an empty one is always taken. */
const VALUES: Readonly<Record<string, RegExp>> = {
  proxy_register: FLAG,
  nat_enable: FLAG,
  nat_received_processing: FLAG,
  enable_vad: FLAG,
  remote_party_id: FLAG,
  timer_register_expires: /^\d{1,7}$/,
  timer_register_delta: /^\d{1,5}$/,
  voip_control_port: PORT,
  start_media_port: PORT,
  end_media_port: PORT,
  proxyN_port: PORT,
  outbound_proxy_port: PORT,
  call_managerN_sip_port: PORT,
  dtmf_avt_payload: /^(?:9[6-9]|1[01]\d|12[0-7])$/,
  dtmf_outofband: /^(?:none|avt|avt_always)$/,
  preferred_codec: /^(?:g711ulaw|g711alaw|g729a|none)$/,
  user_info: /^(?:none|phone|ip)$/,
};

/** Every line of a `.cnf`; what is no assignment, comment or blank counts as an error. */
export function readCnf(content: string): CnfRead {
  const entries: CnfEntry[] = [];
  let errors = 0;
  for (const line of content.split(/\r?\n/)) {
    if (/^[ \t]*(?:;.*)?$/.test(line) || line.startsWith('#')) continue;
    const [, key, quoted, bare = ''] = ASSIGNMENT.exec(line) ?? [];
    if (key === undefined) errors += 1;
    else entries.push({ key, value: quoted ?? bare });
  }
  return { entries, errors };
}

/**
 * Whether a load of that major release takes an assignment. Which keys the images know is fact; that releases between 7.5 and
 * 8.12 know those of the nearer one, and that a value outside its range is an error, is invented.
 */
export function isTaken({ key, value }: CnfEntry, major: number): boolean {
  const general = key.replace(/^(proxy|line)[1-6]_/, '$1N_').replace(/^(call_manager)[1-5]_/, '$1N_');
  const known = `${BOTH} ${major >= 8 ? ONLY_8 : ONLY_7}`.split(/\s+/);
  const isKnown =
    known.includes(general) ||
    /^speed_(?:line|label)[2-6]$/.test(key) ||
    /^dst_(?:offset|(?:start|stop)_(?:month|day|day_of_week|week_of_month|time))$/.test(key) ||
    (major >= 8 && /^call_managerN_(?:addr|sip_port)$/.test(general));
  // A name with the letter itself, such as lineN_name, stands in our list and in no image.
  if (!isKnown || /^(?:proxy|line|call_manager)N_/.test(key)) return false;
  return value === '' || (VALUES[general]?.test(value) ?? true);
}

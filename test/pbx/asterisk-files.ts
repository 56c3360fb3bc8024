/** Switches of one phone's endpoint and address of record that differ from what suits these phones. */
export interface Account {
  readonly name: string;
  readonly endpoint?: Readonly<Record<string, string>>;
  readonly aor?: Readonly<Record<string, string>>;
  readonly auth?: Readonly<Record<string, string>>;
}

export const PASSWORD = 'lagoon42';

/** After-landing 6.1, by hand: answers to the Via port, the Contact as it is, MD5. */
const ENDPOINT = {
  type: 'endpoint',
  context: 'phones',
  disallow: 'all',
  allow: 'ulaw,alaw',
  dtmf_mode: 'rfc4733',
  direct_media: 'no',
  bind_rtp_to_media_address: 'yes',
  force_rport: 'no',
  rewrite_contact: 'no',
  rtp_symmetric: 'no',
};
const AOR = {
  type: 'aor',
  max_contacts: '1',
  remove_existing: 'yes',
  minimum_expiration: '60',
  maximum_expiration: '3600',
};

/** `pjsip.conf` and `extensions.conf` for accounts; 600 echoes, a name calls its phone. */
export function asteriskFiles(address: string, accounts: readonly Account[]): Record<string, string> {
  const sections = accounts.map(({ name, endpoint = {}, aor = {}, auth = {} }) =>
    [
      section(name, { ...ENDPOINT, auth: name, aors: name, media_address: address, ...endpoint }),
      section(name, { type: 'auth', auth_type: 'userpass', username: name, password: PASSWORD, ...auth }),
      section(name, { ...AOR, ...aor }),
    ].join('\n'),
  );
  const transport = (protocol: string) =>
    section(`transport-${protocol}`, { type: 'transport', protocol, bind: `${address}:5060` });
  return {
    'pjsip.conf': [transport('udp'), transport('tcp'), ...sections].join('\n'),
    'extensions.conf': `[phones]
exten => 600,1,Answer()
same => n,Echo()
exten => _2XX,1,Dial(PJSIP/\${EXTEN},20)
`,
  };
}

function section(name: string, keys: Readonly<Record<string, string>>): string {
  return [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key}=${value}`), ''].join('\n');
}

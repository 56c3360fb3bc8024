import { head, type PbxKind, type PbxWish, remark } from './kind.ts';
import { phoneWords } from './pbx-line.ts';

/** Kamailio: its subscribers, and the route that spares these phones its treatment of NAT. */
export const KAMAILIO: PbxKind = {
  name: 'kamailio',
  product: 'Kamailio',
  needsPlace: true,
  files: (wish) => [
    { name: 'kamailio-loadstep.cfg', text: ROUTE },
    { name: 'subscribers.sql', text: subscribers(wish) },
  ],
  steps: ({ lines, place }, folder) => [
    `copy ${folder}/kamailio-loadstep.cfg to /etc/kamailio, and write in kamailio.cfg behind the parameters of the modules: include_file "kamailio-loadstep.cfg"`,
    'write in place of route(NATDETECT); in request_route: if (!route(LOADSTEP_79XX)) { route(NATDETECT); }',
    'write in place of each force_rport(); (route[REQINIT] of Kamailio 5.6 and later, route[NATDETECT] of older examples): if (!route(LOADSTEP_79XX)) { force_rport(); }',
    `read ${folder}/subscribers.sql into the database, for example: mysql kamailio < subscribers.sql (it takes password_column and calculate_ha1 as the example configuration has them)`,
    ...lines
      .filter(({ authName, extension }) => authName !== extension)
      .map(
        ({ extension, authName }) =>
          `${extension} answers as "${authName}", and the example configuration (auth_check in route[AUTH]) lets a phone in under its own name alone: give the account ${extension} as its name in the digest, write these files again, and configure the phone again`,
      ),
    `where it serves several domains (WITH_MULTIDOMAIN), configure the phones with --pbx ${place?.host ?? 'DOMAIN'}, by that name: it looks for a phone in the domain that the phone asks`,
    'leave the parameter algorithm of the module auth as it is: these phones know MD5 alone',
    'where phones are behind one NAT, give them TCP (Java phones) or nat_enable in their configuration instead',
  ],
};

const ROUTE = `${head('kamailio', '#').replace(/# It holds.*\n/, '')}
${remark(
  '#',
  'Over UDP a 79xx sends from a port of its own for each request, and hears only the port that its Via names. The example configuration calls',
  'force_rport() for every request (that of Kamailio 5.6 and later without NAT, too), so it never registers, and nat_uac_test("19"), whose bit 16 is true for',
  'each of these phones: its Contact becomes a port where nobody listens. True for those phones, so that they are spared both.',
)}route[LOADSTEP_79XX] {
	if (proto == UDP && $ua =~ "^Cisco-CP79[0-9][0-9]G") {
		return 1;
	}
	return -1;
}

${remark('#', 'A phone that is granted less unregisters itself at once ("REG Expires time too small").')}modparam("registrar", "min_expires", 120)
`;

function subscribers({ lines, place }: PbxWish): string {
  const domain = place?.host ?? '';
  const rows = lines.map(({ extension, authName, password, phones }) => {
    const where = `username = ${quoted(authName)} AND domain = ${quoted(domain)}`;
    const alias = authName === extension ? '' : `-- the phone calls itself ${extension} and answers as ${authName}\n`;
    return `\n${remark('--', ...phones.map(phoneWords))}${alias}DELETE FROM subscriber WHERE ${where};
INSERT INTO subscriber (username, domain, password) VALUES (${quoted(authName)}, ${quoted(domain)}, ${quoted(password)});\n`;
  });
  return `${head('kamailio', '--')}${rows.join('')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

import type { Held, LegacyPhone } from './legacy-phone.ts';

/** What a 7940 or 7960 does beside registering: its TFTP server, telnet, label, dial template and sound. */
export function checkSurroundings({ values, tell, isThere }: LegacyPhone): void {
  const tftp = values.get('dyn_tftp_addr');
  if (tftp !== undefined && tftp.value !== '' && tftp.value !== '0.0.0.0') {
    tell(tftp, {
      code: 'P_LEFT_FOR_OTHER_TFTP',
      severity: 'works badly',
      place: 'dyn_tftp_addr',
      wrong: 'it names a TFTP server',
      phone: 'it goes over to that server, and stays there',
      mend: 'write dyn_tftp_addr: ""',
    });
  }
  const telnet = values.get('telnet_level');
  if (telnet?.value === '1' || telnet?.value === '2') {
    tell(telnet, {
      code: 'P_TELNET_OPEN',
      severity: 'harmless',
      place: 'telnet_level',
      wrong: telnet.value === '2' ? 'telnet is open with all rights' : 'telnet is open',
      phone: 'it lets everybody in who knows its password, which is "cisco" unless phone_password is set',
      mend: 'write 0 once the phone works',
    });
  }
  const label = values.get('phone_label');
  if (label !== undefined && label.value.trimEnd().length > 11) {
    tell(label, {
      code: 'P_PHONE_LABEL_REFUSED',
      severity: 'harmless',
      place: 'phone_label',
      wrong: 'the label has more than 11 characters',
      phone: 'it shows a part of it',
      mend: 'shorten it',
    });
  }
  checkDialTemplate(values.get('dial_template') ?? null, isThere, tell);
  const [start, end] = [values.get('start_media_port'), values.get('end_media_port')];
  if (start !== undefined && end !== undefined && Number(start.value) >= Number(end.value)) {
    tell(end, {
      code: 'P_ONE_WAY_AUDIO',
      severity: 'works badly',
      place: 'end_media_port',
      wrong: 'the media ports end before they begin',
      phone: 'it may have no port for sound',
      mend: 'write 16384 and 32766',
    });
  }
}

function checkDialTemplate(held: Held | null, isThere: LegacyPhone['isThere'], tell: LegacyPhone['tell']): void {
  const place = 'dial_template';
  if (held === null || held.value === '') {
    tell(held, {
      code: 'P_DIALLING_WAITS',
      severity: 'harmless',
      place,
      wrong: 'no dial template is named',
      phone: 'it waits 10 to 15 seconds after the last digit, or uses the template of an earlier owner',
      mend: 'write dial_template: "dialplan" and serve dialplan.xml',
    });
  } else if (/\.xml$/i.test(held.value)) {
    tell(held, {
      code: 'P_DIAL_TEMPLATE_MISSING',
      severity: 'works badly',
      place,
      wrong: 'the name has an extension',
      phone: 'it adds .xml itself, and asks for a file that is not there',
      mend: `write ${held.value.slice(0, -4)}`,
    });
  } else if (isThere(`${held.value}.xml`) === false) {
    tell(held, {
      code: 'P_DIAL_TEMPLATE_MISSING',
      severity: 'works badly',
      place,
      wrong: `${held.value}.xml does not lie beside this file`,
      phone: 'it shows W250 at each start and waits after the last digit',
      mend: 'put the file there, or leave the name empty',
    });
  }
}

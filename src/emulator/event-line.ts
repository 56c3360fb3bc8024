import type { PhoneEvent } from './phone-event.ts';

/** One line for a person; null for what only a machine wants to know. */
export function eventLine(event: PhoneEvent): string | null {
  const said = sentence(event);
  return said === null ? null : `${event.atSeconds.toFixed(1).padStart(8)} s  ${event.mac}  ${said}`;
}

function sentence(event: PhoneEvent): string | null {
  switch (event.event) {
    case 'phone.powered':
      return event.isOn ? `power on (${event.reason})` : `power off (${event.reason})`;
    case 'phone.booted':
      return `${event.software} ${event.load} starts`;
    case 'file.asked':
      return `asks ${event.file} from port ${event.port}${event.attempt > 1 ? `, time ${event.attempt}` : ''}`;
    case 'file.got':
      return `got ${event.file}, ${event.bytes} bytes`;
    case 'file.missing':
      return `no ${event.file}: ${event.message}`;
    case 'file.silent':
      return `no answer for ${event.file} on port ${event.port} after ${event.blocks} blocks`;
    case 'file.dropped':
      return `drops ${event.file} after ${event.blocks} blocks`;
    case 'load.shown':
      return event.isForMe ? `${event.file} names ${event.load}` : null;
    case 'load.refused':
      return `refuses ${event.load}: ${event.reason}`;
    case 'flash.writing':
      return `writes ${event.file} to flash, do not unplug`;
    case 'flash.written':
      return `${event.file} is in flash`;
    case 'flash.damaged':
      return `flash damaged: ${event.lost} is lost`;
    case 'screen':
      return `shows "${event.text}"`;
    case 'phone.configured':
      return null;
    case 'settings.taken':
      return settingsTaken(event);
    case 'sip.sent':
      return `sends ${event.what} to ${event.to}`;
    case 'sip.got':
      return `gets ${event.what} from ${event.from}`;
    case 'sccp.sent':
      return `sends ${event.what} to ${event.to}`;
    case 'sccp.got':
      return `gets ${event.what}${event.text === '' ? '' : ` (${event.text})`}`;
    case 'phone.says':
      return `line ${event.line}: ${event.text}`;
    case 'line.registered':
      return `line ${event.line} is registered as ${event.name} at ${event.server} for ${event.seconds} s`;
    case 'line.unregistered':
      return `line ${event.line} (${event.name}) is not registered: ${event.why}`;
    case 'phone.registered':
      return null;
    case 'message.lamp':
      return `turns its lamp ${event.isOn ? 'on' : 'off'}`;
    case 'phone.obeys':
      return `obeys ${event.way}: ${event.how === 'restart' ? 'its application begins again' : 'it boots'}`;
    case 'call.began':
      return event.isOutgoing ? `calls ${event.with}` : `rings: ${event.with} calls`;
    case 'call.ended':
      return callEnded(event);
    case 'phone.idle':
      return `has nothing to do: ${event.why}`;
    case 'phone.hung':
      return `hangs: ${event.why}`;
    case 'phone.stuck':
      return `is stuck: ${event.why}`;
  }
}

function settingsTaken(event: Extract<PhoneEvent, { event: 'settings.taken' }>): string {
  const { verdict, status, lines, transport } = event;
  const told = status.length === 0 ? '' : ` (${status.join('; ')})`;
  if (verdict === 'quiet') return `takes its configuration and will not register${told}`;
  if (verdict !== 'registers') return `has no line to register${told}`;
  const named = lines.map(({ line, name, server }) => `line ${line} as ${name} at ${server}`);
  return `will register ${named.join(', ')} over ${transport.toUpperCase()}${told}`;
}

function callEnded(event: Extract<PhoneEvent, { event: 'call.ended' }>): string {
  const { outcome, isOutgoing, sent, heard, same } = event;
  const who = `the call ${isOutgoing ? 'to' : 'from'} ${event.with}`;
  if (outcome !== 'ended') return `${who} failed: ${outcome}`;
  const audio = isOutgoing ? `${same} of ${sent} frames came back` : `${heard} frames heard, ${sent} sent back`;
  return `${who} ended, ${audio}`;
}

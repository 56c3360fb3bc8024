const ACTIONS = ['reset', 'restart', 'check-version', 'call-preservation', 'apply-config'] as const;

/** What the body of a `service-control` says, as far as a phone here goes by it; null for what it does not say. */
export interface ServiceControl {
  readonly action: (typeof ACTIONS)[number] | null;
  readonly registerCallId: string | null;
  readonly configVersionStamp: string | null;
}

/**
 * The body as the vendor's stack reads it (after-landing 5.1): a line is known by the beginning of its name, in any case; its value is what
 * stands behind the first `=` and the blanks there, to the very end. Of a value in braces the first that has both counts, of actions the last.
 */
export function readServiceControl(body: string): ServiceControl {
  let action: ServiceControl['action'] = null;
  let registerCallId: string | null = null;
  let configVersionStamp: string | null = null;
  for (const line of body.split(/\r?\n/)) {
    const [name = '', ...rest] = line.split('=');
    const isNamed = (known: string) => name.toLowerCase().startsWith(known);
    const value = rest.join('=').replace(/^ +/, '');
    if (isNamed('action')) action = ACTIONS.find((one) => value.toLowerCase().startsWith(one)) ?? null;
    else if (isNamed('registercallid')) registerCallId ??= inBraces(value);
    else if (isNamed('configversionstamp')) configVersionStamp ??= inBraces(value);
  }
  return { action, registerCallId, configVersionStamp };
}

function inBraces(value: string): string | null {
  return value.startsWith('{') && value.endsWith('}') ? value.slice(1, -1) : null;
}

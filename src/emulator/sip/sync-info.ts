/** Buffer of the image for `syncinfo.xml` (after-landing 5.2). */
const SYNC_BYTES = 4096;

/** Whether `syncinfo.xml` makes a 79x0 restart: another SYNC than its own, for every load or for this one. */
export function wantsSync(content: string, load: string, own: string): boolean {
  if (Buffer.byteLength(content, 'latin1') > SYNC_BYTES) return false;
  const body = /^\s*(?:<\?xml[^>]*\?>\s*)?<SYNCINFO>\s*<IMAGE((?:\s+[A-Z]+="[^"<]*")+)\s*\/>\s*<\/SYNCINFO>\s*$/.exec(
    content,
  );
  const part = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(body?.[1] ?? '')?.[1] ?? '';
  const version = part('VERSION');
  return (version === '*' || version === load) && part('SYNC') !== '' && part('SYNC') !== own;
}

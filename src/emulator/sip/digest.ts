import { createHash } from 'node:crypto';

/** What a phone has for a challenge. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What is signed. */
export interface DigestRequest {
  readonly method: string;
  readonly uri: string;
  readonly body: string;
  readonly cnonce: string;
}

/**
 * The value of `Authorization` for a challenge: MD5 and MD5-sess, the first `qop` of the list or none (after-landing 4.1). Null for
 * a challenge that the phone cannot use: another scheme or another algorithm.
 */
export function authorization(challenge: string, known: Credentials, request: DigestRequest): string | null {
  const part = (name: string) => {
    const match = new RegExp(`(?:^Digest\\s+|[,\\s])${name}\\s*=\\s*(?:"((?:\\\\.|[^"\\\\])*)"|([^\\s,]+))`, 'i').exec(
      challenge,
    );
    return match === null ? null : (match[1] ?? match[2] ?? '');
  };
  const algorithm = part('algorithm');
  const isSession = algorithm?.toLowerCase() === 'md5-sess';
  if (!/^Digest\s/i.test(challenge) || (algorithm !== null && !isSession && algorithm.toLowerCase() !== 'md5'))
    return null;
  const [realm, nonce, opaque] = [part('realm') ?? '', part('nonce') ?? '', part('opaque')];
  const qop = part('qop')?.split(',')[0]?.trim() ?? '';
  const { username, password } = known;
  const { method, uri, body, cnonce } = request;
  const secret = md5(`${username}:${realm}:${password}`);
  const first = isSession ? md5(`${secret}:${nonce}:${cnonce}`) : secret;
  const second = md5(qop === 'auth-int' ? `${method}:${uri}:${md5(body)}` : `${method}:${uri}`);
  const response = md5(
    qop === '' ? `${first}:${nonce}:${second}` : `${first}:${nonce}:00000001:${cnonce}:${qop}:${second}`,
  );
  const parts = [
    `username="${username}"`,
    `realm="${realm}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    `nonce="${nonce}"`,
  ];
  if (opaque !== null) parts.push(`opaque="${opaque}"`);
  if (qop !== '' || isSession) parts.push(`cnonce="${cnonce}"`);
  if (qop !== '') parts.push(`qop=${qop}`, 'nc=00000001');
  if (algorithm !== null) parts.push(`algorithm=${algorithm}`);
  return `Digest ${parts.join(',')}`;
}

function md5(text: string): string {
  return createHash('md5').update(text, 'latin1').digest('hex');
}

/** Bytes as text; what is no UTF-8 stands as Latin-1, so that nothing is lost. */
export function decodeUtf8(bytes: readonly number[]): string {
  const latin = bytes.map((byte) => String.fromCharCode(byte & 255)).join('');
  try {
    return decodeURIComponent(
      latin.replace(/[^\w.~-]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`),
    );
  } catch {
    return latin;
  }
}

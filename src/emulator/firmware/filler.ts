/** Text of so many bytes, no two lines of it alike, that says what it is: the body of every synthetic file. */
export function filler(label: string, bytes: number): Buffer {
  const lines: string[] = [];
  let length = 0;
  for (let n = 0; length < bytes; n++) {
    const line = `${label}: synthetic, written by loadstep, holds nothing of a real load ${n}\n`;
    lines.push(line);
    length += line.length;
  }
  return Buffer.from(lines.join(''), 'latin1').subarray(0, Math.max(0, bytes));
}

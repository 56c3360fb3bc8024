/**
 * From 2.92 on dnsmasq may answer with the first block of another file (tftp.c: what it has read ahead is not forgotten with its transfer, whose memory the
 * next one gets). One in fifteen files of one block was another one, with phones that ask as fast as they can.
 */
const FAULTY_SINCE = [2, 92] as const;

/** Whether a dnsmasq, by what it says with `--version`, may give a phone the file of another one; one that does not say which it is may. */
export function mixesFiles(told: string): boolean {
  const version = /^Dnsmasq version (\d+)\.(\d+)/m.exec(told);
  if (version === null) return true;
  const [first, second] = [Number(version[1]), Number(version[2])];
  return first > FAULTY_SINCE[0] || (first === FAULTY_SINCE[0] && second >= FAULTY_SINCE[1]);
}

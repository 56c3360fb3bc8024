/** One file inside a CNU archive. */
export interface CnuMember {
  readonly name: string;
  readonly content: Uint8Array;
}

const MAGIC = Buffer.from('CNU_File_Archive_3.0', 'latin1');
const HEADER_BYTES = 0x248;
const RECORD_BYTES = 20;
const NAMED_FILE = 7;
const FLAGS = 2;

/** A CNU_File_Archive_3.0: header, table, names, then the members' bytes back to back (firmware-files 4). */
export function cnuArchive(members: readonly CnuMember[], timestamp: number): Buffer {
  const names = Buffer.concat(members.map((member) => Buffer.from(`${member.name}\0`, 'latin1')));
  const namesAt = HEADER_BYTES + RECORD_BYTES * members.length;
  const contentAt = namesAt + names.length;
  const head = Buffer.alloc(namesAt);
  MAGIC.copy(head, 0);
  head.writeUInt32BE(members.length, 0x30);
  head.writeUInt32BE(contentAt, 0x34);
  MAGIC.copy(head, 0x38);
  let nameAt = namesAt;
  members.forEach((member, k) => {
    const at = HEADER_BYTES + RECORD_BYTES * k;
    head.writeUInt32BE(NAMED_FILE, at);
    head.writeUInt32BE(FLAGS, at + 4);
    head.writeUInt32BE(member.content.length, at + 8);
    head.writeUInt32BE(timestamp, at + 12);
    head.writeUInt32BE(nameAt, at + 16);
    nameAt += member.name.length + 1;
  });
  return Buffer.concat([head, names, ...members.map((member) => member.content)]);
}

/** How many bytes the archive takes beside its members' contents. */
export function cnuOverhead(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + RECORD_BYTES + name.length + 1, HEADER_BYTES);
}

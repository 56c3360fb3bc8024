import type { CliIo } from '../io.ts';

const [CTRL_C, CTRL_D, CTRL_U, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\u0015', '\b', '\u007f'];

/** What is typed at the terminal up to the end of the line, without showing it; null where there is no terminal, or nobody wants to say it. */
export async function askHidden(io: CliIo, question: string): Promise<string | null> {
  const { stdin } = process;
  if (!io.stdin.isTerminal || stdin.setRawMode === undefined) return null;
  io.stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    return await new Promise<string | null>((resolve) => {
      let typed = '';
      const take = (text: string) => {
        for (const sign of text) {
          if (sign === '\r' || sign === '\n') return end(typed);
          if (sign === CTRL_C || (sign === CTRL_D && typed === '')) return end(null);
          if (sign === BACKSPACE || sign === DELETE) typed = typed.slice(0, -1);
          else if (sign === CTRL_U) typed = '';
          else if (sign >= ' ') typed += sign;
        }
      };
      const end = (said: string | null) => {
        stdin.off('data', take);
        resolve(said);
      };
      stdin.on('data', take);
    });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    io.stderr.write('\n');
  }
}

import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { styleText } from 'node:util';

/** Where a command speaks: results on `out`, talk on `err`. */
export type Io = {
  env: Record<string, string | undefined>;
  out(text: string): void;
  err(text: string): void;
  /** Somebody watches `err` on a terminal. */
  watched: boolean;
  /** Colours for `out`, or the text as it is when it is no terminal or NO_COLOR is set. */
  paint(style: 'red' | 'green' | 'yellow' | 'bold' | 'dim', text: string): string;
  clock(): Date;
  /** What is piped in, or one line typed after the question when somebody sits at a terminal; never an argument. */
  input(question: string): Promise<string>;
};

/** The process's own streams. styleText obeys NO_COLOR, FORCE_COLOR and what the stream can show. */
export function processIo(): Io {
  const { env, stdin, stdout, stderr } = process;
  // Whoever reads us may stop early (`| head`); that is no fault of ours.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(0);
    });
  }
  return {
    env,
    out: (said) => void stdout.write(said),
    err: (said) => void stderr.write(said),
    watched: stderr.isTTY === true,
    paint: (style, said) => styleText(style, said, { stream: stdout }),
    clock: () => new Date(),
    input: (question) => (stdin.isTTY ? askAt(question) : text(stdin)),
  };
}

async function askAt(question: string): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await asking.question(question);
  } finally {
    asking.close();
  }
}

/**
 * Node's own warnings, but for one: kafkajs asks for timers of less than nothing, which Node mends by itself and then
 * tells whoever reads our stderr.
 */
export function muteTimerWarning(): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'TimeoutNegativeWarning') process.stderr.write(`${name}: ${message}\n`);
  });
}

/** One line on stderr that counts up while somebody watches; a log gets only its end. */
export function progressLine(
  { err, watched }: Pick<Io, 'err' | 'watched'>,
  what: string,
): { at(done: number): void; end(how?: string): void } {
  let last = 0;
  return {
    at(done) {
      last = done;
      if (watched) err(`\r${what} ${done}`);
    },
    end(how = 'done') {
      err(watched ? `\r${what} ${last}, ${how}\n` : `${what} ${last}, ${how}\n`);
    },
  };
}

/** Rows as columns without borders; the last column is not padded. */
export function columns(rows: string[][]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [n, cell] of row.entries()) widths[n] = Math.max(widths[n] ?? 0, cell.length);
  const lineOf = (row: string[]) =>
    row.map((cell, n) => (n === row.length - 1 ? cell : cell.padEnd(widths[n]!))).join('  ');
  return rows.map((row) => `${lineOf(row)}\n`).join('');
}

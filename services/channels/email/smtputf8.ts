import SMTPConnection, { type Options } from 'nodemailer/lib/smtp-connection';

/** How long an answer of the relay is believed, in milliseconds. */
const BELIEVED = 10 * 60_000;

/**
 * Asks the relay whether it takes addresses outside ASCII (SMTPUTF8, RFC 6531), with one greeting in ten minutes at
 * most; only such an address makes anybody ask. Rejects with nodemailer's error when the relay cannot be reached.
 */
export const createUtf8Probe = (options: Options, now: () => number = Date.now): (() => Promise<boolean>) => {
  let asked: { at: number; answer: Promise<boolean> } | null = null;
  return () => {
    if (asked && now() - asked.at < BELIEVED) return asked.answer;
    const answer = greet(options);
    const current = { at: now(), answer };
    asked = current;
    answer.catch(() => {
      if (asked === current) asked = null;
    });
    return answer;
  };
};

/** The last reply before a session is ready is the one to EHLO, also after STARTTLS. */
const greet = (options: Options): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const connection = new SMTPConnection(options);
    connection.once('error', reject);
    connection.connect((error) => {
      if (error) return reject(error);
      resolve(/^250[ -]SMTPUTF8\b/im.test(String(connection.lastServerResponse)));
      connection.quit();
    });
  });

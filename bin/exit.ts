import { CommanderError } from 'commander';
import { EvidenceKeyError } from '../services/console/evidence/errors.ts';
import { ReplayError } from '../services/console/replay/errors.ts';
import { CryptoError } from '../services/shared/crypto/keyring.ts';
import { SettingsError } from '../services/shared/settings.ts';

/** What the command's exit status says; 69, 70 and 78 are those of sysexits.h. */
export const EXIT = { ok: 0, findings: 1, usage: 2, unavailable: 69, fault: 70, settings: 78 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Understood, and not done: the message says why and what to do instead. */
export class RefusedError extends Error {
  readonly code = 'refused';
  readonly retryable = false;
}

/** Typed wrongly. */
export class UsageError extends Error {
  readonly code = 'usage';
  readonly retryable = false;
}

/** The broker or the database does not answer. */
export class UnavailableError extends Error {
  readonly code = 'unavailable';
  readonly retryable = true;
}

/** Exit status and message (for stderr) of an error; null when commander has said it already. */
export async function judgeError(error: unknown): Promise<{ code: ExitCode; message: string | null }> {
  if (error instanceof CommanderError) return { code: exitOfCommander(error), message: null };
  const { message = String(error), name } = error as Error;
  if (error instanceof RefusedError) return { code: EXIT.findings, message };
  if (error instanceof UsageError) return { code: EXIT.usage, message };
  if (error instanceof ReplayError)
    return { code: error.code === 'empty_filter' ? EXIT.usage : EXIT.findings, message };
  if ([SettingsError, CryptoError, EvidenceKeyError].some((kind) => error instanceof kind))
    return { code: EXIT.settings, message };
  if (error instanceof UnavailableError) return { code: EXIT.unavailable, message };
  const { isTransient } = await import('../services/shared/ledger/index.ts');
  if (isTransient(error) || /KafkaJS(Connection|NumberOfRetries|Request)/.test(name)) {
    return { code: EXIT.unavailable, message: `a server stopped answering (${name}); try again` };
  }
  return { code: EXIT.fault, message: `${name}: ${message.split('\n')[0]}` };
}

// Help that was asked for is a success; help because no command was named is not.
function exitOfCommander({ code }: CommanderError): ExitCode {
  return code === 'commander.helpDisplayed' || code === 'commander.version' ? EXIT.ok : EXIT.usage;
}

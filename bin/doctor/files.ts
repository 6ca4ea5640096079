import { statSync } from 'node:fs';
import { join } from 'node:path';
import { loadKeyRing } from '../../services/shared/crypto/keyring.ts';
import type { Settings } from '../../services/shared/settings.ts';
import { faultLine } from '../../templates/check/fault.ts';
import { checkTemplates } from '../../templates/check/index.ts';
import { tcpFault } from '../reachable.ts';
import { type Check, ok, orOk, wrong } from './finding.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');

export const checkKeyRing: Check = ({ settings: { KEYRING_FILE } }) => {
  try {
    const mode = statSync(KEYRING_FILE).mode & 0o777;
    const { keys } = loadKeyRing(KEYRING_FILE);
    if ((mode & 0o077) !== 0) {
      return [wrong(`${KEYRING_FILE} is open to others (${mode.toString(8)})`, `chmod 600 ${KEYRING_FILE}`)];
    }
    return [ok(`${Object.keys(keys).length} key(s), readable by its owner only`)];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = error instanceof SyntaxError ? 'it is not JSON' : (code ?? message);
    return [wrong(`${KEYRING_FILE} cannot be used (${why})`, 'put the key ring there, from its backup if it is lost')];
  }
};

export const checkTemplateFiles: Check = ({ catalogue, settings }) => {
  const portal = { name: { en: settings.PORTAL_NAME_EN, ar: settings.PORTAL_NAME_AR }, host: settings.PORTAL_HOST };
  const { faults, rows } = checkTemplates(TEMPLATES, catalogue, portal);
  return orOk(
    faults.map((fault) => wrong(faultLine(fault), 'see templates/README.md; npm run templates checks them all')),
    `all in order, ${rows.length} messages rendered`,
  );
};

/** Whether the providers that settings name take connections. Nothing is said to them. */
export const checkProviders: Check = async ({ settings }) => {
  const findings = settings.SMTP_URL === '' ? [wrong('email: SMTP_URL is empty', 'set it: no mail can leave')] : [];
  for (const { name, address, setting } of providersOf(settings)) {
    const fault = await tcpFault(address);
    if (fault)
      findings.push(wrong(`${name}: ${address} does not answer (${fault})`, `correct ${setting}, or open the way`));
  }
  return orOk(findings, 'SMS, mobile push and email take connections');
};

const PORTS: Record<string, string> = { 'smtp:': '25', 'smtps:': '465', 'http:': '80', 'https:': '443' };

function providersOf({ SMTP_URL, SNS_ENDPOINT, SNS_REGION }: Settings) {
  const sns = SNS_ENDPOINT || `https://sns.${SNS_REGION}.amazonaws.com`;
  return [
    { name: 'SMS and mobile push', address: addressOf(sns), setting: SNS_ENDPOINT ? 'SNS_ENDPOINT' : 'SNS_REGION' },
    ...(SMTP_URL === '' ? [] : [{ name: 'email', address: addressOf(SMTP_URL), setting: 'SMTP_URL' }]),
  ];
}

/** Host and port alone: the address may hold a password. */
function addressOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || PORTS[protocol] || '443'}`;
}

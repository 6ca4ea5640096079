import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsError } from './settings.ts';
import { SETTINGS, type SettingRow } from './settings-table.ts';

const ROWS = Object.entries(SETTINGS) as [string, SettingRow][];
/** The least that a service starts with. */
const ENOUGH: Record<string, string> = {
  MONGODB_URI: 'mongodb://ledger.test',
  KAFKA_BROKERS: 'kafka-1.test:9092, kafka-2.test:9092',
  KEYRING_FILE: '/run/keys/ring.json',
};

const faultsOf = (env: Record<string, string | undefined>): string[] => {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).faults;
  }
};

describe('settings', () => {
  it('have their defaults, and their types', () => {
    const settings = readSettings({ ...ENOUGH, PORT: '0', KAFKA_TLS: 'yes', SMTP_REQUIRE_TLS: 'off' });
    expect(settings.KAFKA_BROKERS).toEqual(['kafka-1.test:9092', 'kafka-2.test:9092']);
    expect([settings.PORT, settings.KAFKA_TLS, settings.SMTP_REQUIRE_TLS]).toEqual([0, true, false]);
    expect([settings.TOPIC_PREFIX, settings.SEALED_EVENTS_ONLY, settings.SETTLE_PUSH_SECONDS]).toEqual([
      'notifyme',
      true,
      0,
    ]);
  });

  it('take an empty variable for one that is not set', () => {
    expect(readSettings({ ...ENOUGH, PORT: ' ' }).PORT).toBe(8080);
    expect(faultsOf({ ...ENOUGH, MONGODB_URI: '' })).toHaveLength(1);
  });

  it('tell all faults at once, each with what the setting is for', () => {
    const faults = faultsOf({
      ...{ MONGODB_URI: 'postgres://x', KAFKA_BROKERS: ' , ', PORT: '70000', LOG_LEVEL: 'loud' },
      ...{ KAFKA_TLS: 'maybe', TRUST_PROXY: '1.5' },
    });
    const names = faults.map((fault) => fault.split(/[ =]/)[0]);
    const wrong = ['MONGODB_URI', 'KAFKA_BROKERS', 'KAFKA_TLS', 'KEYRING_FILE', 'PORT', 'TRUST_PROXY', 'LOG_LEVEL'];
    expect(names.toSorted()).toEqual(wrong.toSorted());
    for (const fault of faults) expect(fault).toContain(SETTINGS[fault.split(/[ =]/)[0] as 'PORT'].says);
  });

  it('never repeat the value of a secret, and repeat the others so that the mistake is seen', () => {
    const secrets = ROWS.filter(([, row]) => row.secret).map(([name]) => name);
    expect(secrets).toEqual(
      expect.arrayContaining(['MONGODB_URI', 'SMTP_URL', 'KAFKA_SASL_PASSWORD', 'VAPID_PRIVATE_KEY']),
    );
    const text = faultsOf({ ...ENOUGH, MONGODB_URI: 'hunter2', LOG_LEVEL: 'loud' }).join();
    expect(text).not.toContain('hunter2');
    expect(text).toContain('"loud"');
  });

  it('hold a secret in every row that looks like one', () => {
    for (const [name, row] of ROWS)
      if (/PASSWORD|PRIVATE_KEY$|ACCESS_KEY|SECRET/.test(name)) expect([name, row.secret]).toEqual([name, true]);
  });

  it('have defaults that follow their own rules', () => {
    const written = ROWS.flatMap(([name, { default: value }]) =>
      value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
        ? []
        : [[name, [value].flat().join(',')]],
    );
    expect(faultsOf({ ...Object.fromEntries(written), ...ENOUGH })).toEqual([]);
  });
});

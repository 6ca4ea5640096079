import { SETTINGS, type SettingRow } from './settings-table.ts';

type ValueOf<Row extends SettingRow> = Row['type'] extends 'integer'
  ? number
  : Row['type'] extends 'boolean'
    ? boolean
    : Row['type'] extends 'list'
      ? string[]
      : string;

/** All settings, typed; read once at start and passed on from there. */
export type Settings = { [Name in keyof typeof SETTINGS]: ValueOf<(typeof SETTINGS)[Name]> };

/** Settings that are missing or wrong; the message lists every one of them and never a secret's value. */
export class SettingsError extends Error {
  readonly code = 'bad_settings';
  readonly retryable = false;
  readonly faults: string[];
  constructor(faults: string[]) {
    super(
      `${faults.length} setting(s) are missing or wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}\nSee docs/settings.md.`,
    );
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

/** Reads every setting from an environment. Throws SettingsError with all faults at once. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const faults: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(SETTINGS) as [string, SettingRow][]) {
    const text = env[name];
    // An empty variable is how many platforms say "not set".
    if (text === undefined || text.trim() === '') {
      if (row.default === undefined) faults.push(`${name} is missing. ${row.says}`);
      settings[name] = Array.isArray(row.default) ? [...row.default] : row.default;
      continue;
    }
    const read = readOne(text.trim(), row);
    if ('fault' in read) faults.push(`${name}${row.secret ? '' : ` = "${text}"`} ${read.fault}. ${row.says}`);
    else settings[name] = read.value;
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return settings as Settings;
}

function readOne(text: string, row: SettingRow): { value: unknown } | { fault: string } {
  switch (row.type) {
    case 'boolean':
      if (/^(true|1|yes|on)$/i.test(text)) return { value: true };
      return /^(false|0|no|off)$/i.test(text) ? { value: false } : { fault: 'is neither true nor false' };
    case 'integer': {
      const value = Number(text);
      const { minimum = -Infinity, maximum = Infinity } = row;
      if (!/^-?\d+$/.test(text)) return { fault: 'is not a whole number' };
      return value >= minimum && value <= maximum ? { value } : { fault: `is not between ${minimum} and ${maximum}` };
    }
    case 'list': {
      const value = text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);
      return value.length > 0 ? { value } : { fault: 'lists nothing' };
    }
    case 'string':
      return row.pattern && !new RegExp(row.pattern).test(text)
        ? { fault: `does not match ${row.pattern}` }
        : { value: text };
    default:
      throw new Error(`unknown type of setting ${row.type satisfies never}`);
  }
}

/** The table of docs/settings.md. */
export function settingsTable(): string {
  const rows = (Object.entries(SETTINGS) as [string, SettingRow][]).map(([name, row]) => {
    const fallback =
      row.default === undefined
        ? '**required**'
        : row.default === ''
          ? '(empty)'
          : `\`${[row.default].flat().join(',')}\``;
    return `| \`${name}\` | ${row.type} | ${fallback} | ${row.says}${row.secret ? ' Secret.' : ''} |`;
  });
  return ['| setting | type | default | what it is |', '|---|---|---|---|', ...rows].join('\n');
}

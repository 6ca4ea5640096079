import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Reads a JSON file, or makes its content, keeps it readable by its owner only, and gives that. */
export async function readOrCreate<T>(file: string, make: () => Promise<T>): Promise<T> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const value = await make();
  writeFileSync(file, JSON.stringify(value, null, 2), { mode: 0o600 });
  return value;
}

export type Json = Record<string, unknown>;

/** The object a text holds; null for anything else. */
export function parseObject(text: string): Json | null {
  try {
    return object(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Foreign data by shape: the value when it has the shape, else null (or an empty list). */
export const object = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
export const number = (value: unknown): number | null => (Number.isFinite(value) ? (value as number) : null);
export const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map(object).filter((item) => item !== null) : [];

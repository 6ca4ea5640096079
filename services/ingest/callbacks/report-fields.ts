/** One block of `Name: value` lines, names in lower case; the first of a repeated name counts. */
export type Fields = Map<string, string>;

const MAX_BLOCKS = 101;
const FIELD = /^([!-9;-~]{1,76})[ \t]*:[ \t]*(.*)$/;

/**
 * Reads message/delivery-status (RFC 3464) and message/feedback-report (RFC 5965): blocks of header-like fields, a blank
 * line between them, long lines folded (RFC 5322 section 2.2.3). Lines that are no field are passed over, as are blocks
 * without any: some servers put blank lines before the first block or two between blocks.
 */
export function readBlocks(content: string): Fields[] {
  const blocks = content
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+(?=\S)/g, ' ')
    .split(/\n[ \t]*\n/, MAX_BLOCKS * 2);
  return blocks
    .map(readFields)
    .filter((fields) => fields.size > 0)
    .slice(0, MAX_BLOCKS);
}

function readFields(block: string): Fields {
  const fields: Fields = new Map();
  for (const line of block.split('\n')) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name !== undefined && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), (value ?? '').trim());
  }
  return fields;
}

/** The value of a typed field (`rfc822; noor@example.com`, `smtp; 550 ...`) without its type and angle brackets. */
export function untyped(value: string | undefined): string | null {
  const bare = (value ?? '').replace(/^[a-z0-9-]+[ \t]*;[ \t]*/i, '').trim();
  return bare.replace(/^<(.*)>$/, '$1') || null;
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const faultsOf = (input: Uint8Array | string) => {
  const read = parseJson(typeof input === 'string' ? bytes(input) : input);
  return read.ok ? [] : read.faults.map(({ code, pointer }) => [code, pointer]);
};

describe('parseJson', () => {
  it.each([
    ['an empty body', '', 'not_json', ''],
    ['a cut text', '{"a":', 'not_json', ''],
    ['two texts', '{} {}', 'not_json', ''],
    ['NaN', '{"a":NaN}', 'not_json', ''],
    ['a byte order mark (RFC 8259 section 8.1)', '\ufeff{}', 'byte_order_mark', ''],
    ['a repeated name (RFC 8259 section 4)', '{"id":"1","id":"2"}', 'repeated_name', '/id'],
    ['a name repeated by an escape', '{"a":{"foo":1,"f\\u006fo":2}}', 'repeated_name', '/a/foo'],
    ['a repeated name inside an array', '{"l":[{},{"x~/":1,"x~/":1}]}', 'repeated_name', '/l/1/x~0~1'],
    ['a repeated name after nested values', '{"a":[1,{"b":2}],"c":"}","a":3}', 'repeated_name', '/a'],
    ['NUL', '{"a":"x\\u0000"}', 'bad_text', '/a'],
    ['an unpaired surrogate (RFC 8259 section 8.2)', '{"a":["\\ud800"]}', 'bad_text', '/a/0'],
    ['an unpaired surrogate in a name', '{"\\udc00":1}', 'bad_name', ''],
    ['__proto__', '{"data":{"__proto__":{"admin":true}}}', 'bad_name', '/data'],
    ['a whole number beyond 2^53 (RFC 7493 section 2.2)', '{"n":9007199254740993}', 'bad_number', '/n'],
    ['a number beyond the double range', '{"n":1e400}', 'bad_number', '/n'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`, 'too_deep', ''],
    ['a hundred thousand levels', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'too_deep', ''],
  ])('refuses %s', (_name, text, code, pointer) => {
    expect(faultsOf(text)).toEqual([[code, pointer]]);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(faultsOf(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toEqual([['not_utf8', '']]);
    // CESU-8 of a surrogate: RFC 3629 section 3 forbids it.
    expect(faultsOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toEqual([['not_utf8', '']]);
  });

  it('takes 32 levels, the same name in different objects, and every paired surrogate', () => {
    const text = '{"a":{"x":1},"b":[{"x":1},{"x":"\\ud83d\\ude00 \\\\"}],"x":"ترخيص \\" {","":0}';
    expect(parseJson(bytes(text))).toEqual({ ok: true, value: JSON.parse(text) });
    expect(faultsOf(`${'['.repeat(32)}${']'.repeat(32)}`)).toEqual([]);
  });

  it('reads every JSON value as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        const read = parseJson(bytes(text));
        if (read.ok) expect(read.value).toEqual(JSON.parse(text));
        else expect(read.faults.every(({ code }) => code.startsWith('bad_'))).toBe(true);
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (input) => void parseJson(input)));
  });

  it('takes time in proportion to the length, also for backslashes and many names', () => {
    const slow = `"${'\\\\'.repeat(300_000)}"`;
    const names = `{${Array.from({ length: 50_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`;
    // CPU time, not the clock: a busy machine must not turn this red. What grows with the square takes minutes here.
    const start = process.cpuUsage();
    for (const text of [slow, `[${slow}]`, names]) expect(faultsOf(text)).toEqual([]);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

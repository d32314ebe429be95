// Bounds of JSON as its bytes come: the same whatever parts it comes in, strings with quotes and backslashes included.
import { JsonScan } from '@weft/runtime/rpc/json-scan';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const bounds = { depthMax: 4, itemsMax: 3 };
const scan = (...parts: readonly string[]) => {
  const one = new JsonScan(bounds);
  return parts.map((part) => one.take(Buffer.from(part))).find((excess) => excess !== undefined);
};

/** What the bounds say of a parsed value. */
function judge(value: unknown): string | undefined {
  const depth = (one: unknown): number =>
    typeof one === 'object' && one !== null ? 1 + Math.max(0, ...Object.values(one).map(depth)) : 0;
  if (Array.isArray(value) && value.length > bounds.itemsMax) return 'items';
  return depth(value) > bounds.depthMax ? 'depth' : undefined;
}

describe('a scan of JSON', () => {
  it('counts items of the outermost list and levels, and nothing in strings', () => {
    expect(scan('[1,2,3]')).toBeUndefined();
    expect(scan('[1,2,3,4]')).toBe('items');
    expect(scan('[[1,2,3,4],{"a":1,"b":2,"c":3,"d":4}]')).toBeUndefined();
    expect(scan('[[[[1]]]]')).toBeUndefined();
    expect(scan('[[[[[')).toBe('depth');
    expect(scan('["[[[[[","a,b,c,d,e","\\"[[[[[[\\\\"]')).toBeUndefined();
    expect(scan('"\\\\",[[[[[')).toBe('depth');
  });

  it('finds the end of a string that comes in parts, wherever it is cut', () => {
    const text = `["${'a'.repeat(20)}\\\\\\"[[[[[[","\\\\",[[[[[`;
    for (let at = 0; at <= text.length; at++) expect(scan(text.slice(0, at), text.slice(at))).toBe('depth');
    const kept = `["${'é,'.repeat(20)}\\\\\\"[[[[[["]`;
    for (let at = 0; at <= kept.length; at++) expect(scan(kept.slice(0, at), kept.slice(at))).toBeUndefined();
  });

  it('says of any JSON in any parts what its value says', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ',', ']', 'a', 'é') });
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 6 }, text, fc.integer(), tie('list'), tie('record')),
      list: fc.array(tie('any'), { maxLength: 5 }),
      record: fc.dictionary(text, tie('any'), { maxKeys: 4 }),
    })).any;
    fc.assert(
      fc.property(value, fc.array(fc.nat(40)), (one, lengths) => {
        const json = JSON.stringify(one);
        const bytes = Buffer.from(json);
        const scanner = new JsonScan(bounds);
        const found = new Set<string>();
        let at = 0;
        for (const length of [...lengths, bytes.length]) {
          const excess = scanner.take(bytes.subarray(at, at + length));
          if (excess !== undefined) {
            found.add(excess);
            break;
          }
          at += length;
        }
        // Both may be passed: which one first is the text's order.
        if (judge(one) === undefined) expect([...found]).toEqual([]);
        else expect(found.size).toBe(1);
      }),
    );
  });
});

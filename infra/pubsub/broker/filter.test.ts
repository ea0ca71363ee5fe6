import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokerError } from './broker-error.ts';
import { parseFilter } from './filter.ts';

const passes = (filter: string, attributes: Record<string, string> = {}): boolean => parseFilter(filter)(attributes);

describe('a filter', () => {
  test('lets everything pass when it is empty', () => {
    expect(passes('')).toBe(true);
  });

  test.each([
    ['attributes:domain', { domain: 'x' }, true],
    ['attributes:domain', { other: 'x' }, false],
    ['attributes:toString', {}, false],
    ['attributes.domain = "com"', { domain: 'com' }, true],
    ['attributes.domain = "com"', { domain: 'Com' }, false],
    ['attributes.domain = "com"', {}, false],
    ['attributes.domain != "com"', { domain: 'org' }, true],
    ['attributes.domain != "com"', { domain: 'com' }, false],
    ['attributes.domain != "com"', {}, true],
    ['hasPrefix(attributes.domain, "co")', { domain: 'com' }, true],
    ['hasPrefix(attributes.domain, "co")', { domain: 'org' }, false],
    ['hasPrefix ( attributes . domain , "co" )', {}, false],
    ['attributes:"iana.org/language_tag"', { 'iana.org/language_tag': 'en' }, true],
    ['attributes."content-type" = "a"', { 'content-type': 'a' }, true],
    ['attributes.content-type = "a"', { 'content-type': 'a' }, true],
    ['attributes.ключ = "я"', { ключ: 'я' }, true],
    ['attributes.a="1"', { a: '1' }, true],
  ])('%s says of %j: %j', (filter, attributes, expected) => {
    expect(passes(filter, attributes as Record<string, string>)).toBe(expected);
  });

  test.each([
    ['attributes:a AND attributes:b', { a: '', b: '' }, true],
    ['attributes:a AND attributes:b', { a: '' }, false],
    ['attributes:a OR attributes:b OR attributes:c', { c: '' }, true],
    ['NOT attributes:a', {}, true],
    ['-attributes:a', { a: '' }, false],
    ['NOT NOT attributes:a', { a: '' }, true],
    ['NOT attributes:a AND attributes:b', { b: '' }, true],
    ['NOT (attributes:a AND attributes:b)', { b: '' }, true],
    ['attributes:a AND (attributes:b OR NOT attributes:c)', { a: '' }, true],
    ['attributes:a AND (attributes:b OR NOT attributes:c)', { a: '', c: '' }, false],
  ])('%s joins: of %j it says %j', (filter, attributes, expected) => {
    expect(passes(filter, attributes as Record<string, string>)).toBe(expected);
  });

  test.each([
    ['"\\u307F"', 'み'],
    ['"\\U0000307F"', 'み'],
    ['"\\x41\\X42"', 'AB'],
    ['"\\101"', 'A'],
    ['"\\"quoted\\" \\\\ \\n"', '"quoted" \\ \n'],
  ])('reads the string %s', (literal, value) => {
    expect(passes(`attributes.a = ${literal}`, { a: value })).toBe(true);
  });

  test.each([
    ['attributes', 'expected : or ., but found the end at character 11'],
    ['attributes.a', 'expected = or !=, but found the end at character 13'],
    ['attributes.a = com', 'expected a string in quotation marks, but found "com" at character 16'],
    ['attributes.a = "com', 'a string without its end begins at character 16'],
    ['attributes.a > "1"', 'there is a character that means nothing at character 14'],
    ['attributes:', 'expected the name of an attribute, but found the end at character 12'],
    ['data = "x"', 'expected attributes, hasPrefix, NOT or (, but found "data" at character 1'],
    ['attributes:a and attributes:b', 'expected AND, OR or the end, but found "and" at character 14'],
    ['attributes:a AND', 'expected attributes, hasPrefix, NOT or (, but found the end at character 17'],
    ['attributes:a AND attributes:b OR attributes:c', 'need parentheses to be mixed, at character 31'],
    ['(attributes:a', 'expected ), but found the end at character 14'],
    ['attributes:a)', 'expected AND, OR or the end, but found ")" at character 13'],
    ['hasPrefix(attributes:a, "b")', 'expected ., but found ":" at character 21'],
    ['attributes.a = "\\q"', 'the escape \\q means nothing at character 17'],
    ['attributes.a = "\\UFFFFFFFF"', 'the escape \\UFFFFFFFF means nothing at character 17'],
    [' ', 'but found the end at character 2'],
  ])('refuses %s: %s', (filter, reason) => {
    const refused = expect(() => parseFilter(filter));
    refused.toThrow(BrokerError);
    refused.toThrow(reason);
  });

  test('may have 256 bytes and no more', () => {
    const filter = (length: number): string => `attributes.a = "${'x'.repeat(length - 17)}"`;
    expect(passes(filter(256))).toBe(false);
    expect(() => parseFilter(filter(257))).toThrow('at most 256 bytes, but it has 257');
  });

  test('is read or refused, and nothing else, whatever it says', () => {
    const piece = fc.constantFrom(
      'attributes',
      ':',
      '.',
      '"a"',
      'a',
      '=',
      '!=',
      'AND',
      'OR',
      'NOT',
      '(',
      ')',
      '\\',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join(' ')),
        ),
        (text) => {
          try {
            expect(typeof parseFilter(text)({ a: 'a' })).toBe('boolean');
          } catch (error) {
            expect(error).toBeInstanceOf(BrokerError);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

import { expect, test } from 'vitest';
import { markup } from './markup.ts';

test('text is escaped, in content and in attributes, and markup is not', () => {
  const inner = markup`<b title="${'"><i>'}">${'<script>&'}</b>`;
  expect(markup`<p>${inner}</p>`.html).toBe('<p><b title="&#34;&#62;&#60;i&#62;">&#60;script&#62;&#38;</b></p>');
});

test('lists follow one another, and what is absent is nothing', () => {
  expect(markup`${['a', markup`<br>`, 0]}${undefined}${false}`.html).toBe('a<br>0');
});

test('control characters are dropped, except those of space', () => {
  expect(markup`${'a\u0000b\u001b[2J\tc\n'}`.html).toBe('ab[2J\tc\n');
});

/** Text that is HTML already. */
export interface Markup {
  readonly html: string;
}

export type Content = Markup | string | number | undefined | false | readonly Content[];

/** HTML from a template: what is put in is escaped, unless it is markup itself; `undefined` and `false` are nothing. */
export function markup(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { html: strings.reduce((html, string, index) => `${html}${htmlOf(contents[index - 1])}${string}`) };
}

/** Text that is known to be HTML. */
export function trusted(html: string): Markup {
  return { html };
}

/** Without control characters, of which XML knows hardly any. */
export function withoutControls(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '');
}

export function escapeHtml(text: string): string {
  return withoutControls(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function htmlOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return 'html' in content ? content.html : content.map(htmlOf).join('');
}

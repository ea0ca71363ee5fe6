import { invalidArgument } from './broker-error.ts';
import { FilterSyntaxError, type FilterToken, filterTokens } from './filter-tokens.ts';
import { limits } from './limits.ts';

type Attributes = Readonly<Record<string, string>>;
type Filter = (attributes: Attributes) => boolean;

/**
 * Reads a filter of a subscription (cloud.google.com/pubsub/docs/subscription-message-filter): `attributes:key`,
 * `attributes.key = "value"`, `attributes.key != "value"` and `hasPrefix(attributes.key, "prefix")`, joined by AND, OR, NOT
 * (or `-`) and parentheses. AND and OR can't be mixed without parentheses. `!=` is also true where the key is missing.
 *
 * @param text empty: everything passes
 * @throws BrokerError INVALID_ARGUMENT that tells at which character what was expected
 */
export function parseFilter(text: string): Filter {
  if (text === '') return () => true;
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.filterBytes) {
    throw invalidArgument(`filter: at most ${limits.filterBytes} bytes, but it has ${bytes}.`);
  }
  try {
    const parser = new FilterParser(filterTokens(text));
    return parser.all();
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    throw invalidArgument(`filter: ${error.message} at character ${error.index + 1} of ${JSON.stringify(text)}.`);
  }
}

class FilterParser {
  readonly #tokens: readonly FilterToken[];
  #position = 0;

  constructor(tokens: readonly FilterToken[]) {
    this.#tokens = tokens;
  }

  all(): Filter {
    const filter = this.#expression();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#expected('AND, OR or the end', rest);
    return filter;
  }

  #expression(): Filter {
    const operands = [this.#operand()];
    const operator = this.#peek();
    if (!isWord(operator, 'AND') && !isWord(operator, 'OR')) return operands[0]!;
    while (isWord(this.#peek(), 'AND') || isWord(this.#peek(), 'OR')) {
      const next = this.#take();
      if (next.text !== operator.text) {
        throw new FilterSyntaxError('AND and OR need parentheses to be mixed,', next.index);
      }
      operands.push(this.#operand());
    }
    return operator.text === 'AND'
      ? (attributes) => operands.every((operand) => operand(attributes))
      : (attributes) => operands.some((operand) => operand(attributes));
  }

  #operand(): Filter {
    const token = this.#peek();
    if (isWord(token, 'NOT') || isSign(token, '-')) {
      this.#take();
      const operand = this.#operand();
      return (attributes) => !operand(attributes);
    }
    if (isSign(token, '(')) {
      this.#take();
      const inner = this.#expression();
      this.#sign(')');
      return inner;
    }
    if (isWord(token, 'hasPrefix')) return this.#hasPrefix();
    if (isWord(token, 'attributes')) return this.#comparison();
    throw this.#expected('attributes, hasPrefix, NOT or (', token);
  }

  #hasPrefix(): Filter {
    this.#take();
    this.#sign('(');
    const attributes = this.#take();
    if (!isWord(attributes, 'attributes')) throw this.#expected('attributes', attributes);
    this.#sign('.');
    const key = this.#key();
    this.#sign(',');
    const prefix = this.#string();
    this.#sign(')');
    return (given) => Object.hasOwn(given, key) && given[key]!.startsWith(prefix);
  }

  #comparison(): Filter {
    this.#take();
    const link = this.#take();
    if (isSign(link, ':')) {
      const key = this.#key();
      return (attributes) => Object.hasOwn(attributes, key);
    }
    if (!isSign(link, '.')) throw this.#expected(': or .', link);
    const key = this.#key();
    const operator = this.#take();
    if (!isSign(operator, '=') && !isSign(operator, '!=')) throw this.#expected('= or !=', operator);
    const value = this.#string();
    return isSign(operator, '=')
      ? (attributes) => Object.hasOwn(attributes, key) && attributes[key] === value
      : (attributes) => !(Object.hasOwn(attributes, key) && attributes[key] === value);
  }

  #key(): string {
    const token = this.#take();
    if (token.kind !== 'word' && token.kind !== 'string') throw this.#expected('the name of an attribute', token);
    return token.text;
  }

  #string(): string {
    const token = this.#take();
    if (token.kind !== 'string') throw this.#expected('a string in quotation marks', token);
    return token.text;
  }

  #sign(text: string): void {
    const token = this.#take();
    if (!isSign(token, text)) throw this.#expected(text, token);
  }

  #peek(): FilterToken {
    return this.#tokens[this.#position]!;
  }

  #take(): FilterToken {
    const token = this.#peek();
    if (token.kind !== 'end') this.#position += 1;
    return token;
  }

  #expected(what: string, token: FilterToken): FilterSyntaxError {
    const found = token.kind === 'end' ? 'the end' : JSON.stringify(token.text);
    return new FilterSyntaxError(`expected ${what}, but found ${found}`, token.index);
  }
}

function isWord(token: FilterToken, text: string): boolean {
  return token.kind === 'word' && token.text === text;
}

function isSign(token: FilterToken, text: string): boolean {
  return token.kind === 'sign' && token.text === text;
}

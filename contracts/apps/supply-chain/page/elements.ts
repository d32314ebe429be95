// Small pieces of the page. Text only ever becomes text: nothing here parses HTML.
import { SupplyChainError } from '../src/errors.js';

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new SupplyChainError('SUPPLY_PAGE', { expected: `an element ${id}` });
  return found;
}

export function element(name: string, children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly (Node | string)[] = [],
): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** The end of a GS1 identifier, which people tell goods apart by. */
export function shortName(identifier: string): string {
  const match = /^https:\/\/id\.gs1\.org\/(?:01|8006)\/0?(\d+)\/(?:21|10|235)\/(.+)$/.exec(identifier);
  if (match) return `${match[2]} (${match[1]})`;
  return identifier.replace('https://id.gs1.org/', '');
}

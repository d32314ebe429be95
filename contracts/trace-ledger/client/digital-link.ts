// GS1 identifiers as canonical GS1 Digital Link URIs (GS1 Digital Link: URI Syntax 1.2 §4.11; EPC Tag Data Standard 1.13
// §6.3), constrained to the finest identifier as CBV 2.0 §8.9.2 asks: what events are compared and hashed by.

const DOMAIN = 'https://id.gs1.org';

/** An EPC scheme: where its digits go. `digits`: of company prefix and reference together, without a check digit. */
interface Scheme {
  readonly key: string;
  readonly digits: number;
  /** The first digit of the reference stands before the company prefix. */
  readonly indicator?: true;
  /** Stands before all digits. */
  readonly leading?: string;
  /** No check digit is computed: the reference is text. */
  readonly text?: true;
  /** What stands between the key's value and the rest after the second dot; absent: there is no rest. */
  readonly rest?: string;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  sgtin: { key: '01', digits: 13, indicator: true, rest: '/21/' },
  sscc: { key: '00', digits: 17, indicator: true },
  sgln: { key: '414', digits: 12, rest: '/254/' },
  grai: { key: '8003', digits: 12, leading: '0', rest: '' },
  giai: { key: '8004', digits: 0, text: true },
  gsrn: { key: '8018', digits: 17 },
  gsrnp: { key: '8017', digits: 17 },
  gdti: { key: '253', digits: 12, rest: '' },
  cpi: { key: '8010', digits: 0, text: true, rest: '/8011/' },
  sgcn: { key: '255', digits: 12, rest: '' },
  ginc: { key: '401', digits: 0, text: true },
  gsin: { key: '402', digits: 16 },
  itip: { key: '8006', digits: 13, indicator: true, rest: '/21/' },
  upui: { key: '01', digits: 13, indicator: true, rest: '/235/' },
  pgln: { key: '417', digits: 12 },
  lgtin: { key: '01', digits: 13, indicator: true, rest: '/10/' },
};

/** The canonical form of an EPC, EPC class or EPC pattern URN, or of a Digital Link URI; undefined for any other text. */
export function canonicalLink(uri: string): string | undefined {
  const urn = /^urn:epc:(?:id|class|idpat):([a-z]+):(.+)$/.exec(uri);
  if (urn) return fromUrn(urn[1] as string, urn[2] as string);
  return /^https?:\/\//.test(uri) ? fromLink(uri) : undefined;
}

function fromUrn(name: string, body: string): string | undefined {
  const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
  const [prefix = '', reference, ...others] = body.split('.');
  if (scheme === undefined || reference === undefined || !/^\d{6,12}$/.test(prefix)) return undefined;
  if (scheme.text) return fromTextKey(scheme, prefix, [reference, ...others]);
  if (!/^\d*$/.test(reference) || prefix.length + reference.length !== scheme.digits) return undefined;
  const digits = scheme.indicator
    ? reference.slice(0, 1) + prefix + reference.slice(1)
    : (scheme.leading ?? '') + prefix + reference;
  const pieces = name === 'itip' ? others.splice(0, 2).join('') : '';
  const value = `${DOMAIN}/${scheme.key}/${digits}${checkDigit(digits)}${pieces}`;
  const rest = others.join('.');
  if (scheme.rest === undefined) return others.length === 0 ? value : undefined;
  // `*` is the pattern of all serials; an extension of 0 says that there is none (TDS §6.3.3).
  if (rest === '' || rest === '*' || (name === 'sgln' && rest === '0')) return value;
  return `${value}${scheme.rest}${escapeSerial(rest)}`;
}

/** Keys whose reference is text: the company prefix and the reference, then a serial where the scheme has one. */
function fromTextKey({ key, rest }: Scheme, prefix: string, parts: readonly string[]): string {
  const serial = rest === undefined ? undefined : parts.at(-1);
  const reference = (serial === undefined ? parts : parts.slice(0, -1)).join('.');
  const value = `${DOMAIN}/${key}/${prefix}${escapeSerial(reference)}`;
  return serial === undefined || serial === '*' ? value : `${value}${rest}${serial}`;
}

/** Modulo 10 with weights 3 and 1 from the right (GS1 General Specifications §7.9). */
export function checkDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index++)
    sum += Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}

/** What a URN may hold and a path may not (Digital Link §7.1). */
function escapeSerial(text: string): string {
  return text.replace(/[!()*+,:]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Names that may stand for a key in a path. */
const ALIASES: Readonly<Record<string, string>> = {
  gtin: '01',
  itip: '8006',
  cpid: '8010',
  gln: '414',
  party: '417',
  gsrnp: '8017',
  gsrn: '8018',
  gcn: '255',
  sscc: '00',
  gdti: '253',
  ginc: '401',
  gsin: '402',
  grai: '8003',
  giai: '8004',
  lot: '10',
  ser: '21',
};
/** Qualifiers that make a key finer; the first one present is the finest and the only one kept. */
const QUALIFIERS: Readonly<Record<string, readonly string[]>> = {
  '01': ['21', '235', '10'],
  '8006': ['21', '10'],
  '414': ['254'],
  '8010': ['8011'],
};
const KEYS = new Set(Object.values(SCHEMES).map(({ key }) => key));

function fromLink(uri: string): string | undefined {
  const path = uri.replace(/^https?:\/\/[^/?#]*/, '').replace(/[?#].*$/, '');
  const parts = path.split('/').map((part) => (Object.hasOwn(ALIASES, part) ? ALIASES[part] : part));
  const at = parts.findIndex((part, index) => KEYS.has(part ?? '') && /^\d{4}/.test(parts[index + 1] ?? ''));
  const key = parts[at];
  if (at < 0 || key === undefined) return undefined;
  const raw = parts[at + 1] as string;
  const value = key === '01' && /^\d{8,14}$/.test(raw) ? raw.padStart(14, '0') : raw;
  for (const qualifier of QUALIFIERS[key] ?? []) {
    const found = parts.indexOf(qualifier, at + 2);
    const finer = found < 0 || (found - at) % 2 !== 0 ? undefined : parts[found + 1];
    if (finer !== undefined && finer !== '') return `${DOMAIN}/${key}/${value}/${qualifier}/${finer}`;
  }
  return `${DOMAIN}/${key}/${value}`;
}

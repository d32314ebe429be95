// What TypeScript has and contracts have not, refused where it stands with what to write instead: before types are
// resolved, so that the message is about the author's line and not about what it would have become.
import {
  CallExpression,
  ClassDeclaration,
  ClassExpression,
  FloatLiteralExpression,
  ForOfStatement,
  type FunctionDeclaration,
  type FunctionTypeNode,
  IdentifierExpression,
  MethodDeclaration,
  NamedTypeNode,
  NewExpression,
  type Node,
  type Parser,
  PropertyAccessExpression,
  RegexpLiteralExpression,
  ThrowStatement,
  TryStatement,
} from 'assemblyscript';
import { CompileError } from './errors.js';
import { visitNodes } from './infer/visit-nodes.js';
import { findDecorator, isUserSource, placeOf, textOf } from './syntax.js';

interface Finding {
  readonly message: string;
  readonly write: string;
  readonly node?: { readonly range: Node['range'] };
}

/** Globals of a browser or of Node that AssemblyScript knows and a chain does not. */
const GLOBALS: Readonly<Record<string, Finding>> = {
  console: { message: 'a contract has no console', write: "log('…'), which development nodes show" },
  Date: { message: 'a contract has no clock of its own', write: 'time(), the milliseconds of the block' },
  Math: {
    message: 'Math works on floats and on chance, which differ from machine to machine',
    write:
      'integers, with min<u64>(a, b), max<u64>(a, b) and mulDiv(a, b, c); for chance a commitment that is revealed later',
  },
  performance: {
    message: 'a contract has no clock of its own',
    write: 'time(), the milliseconds of the block',
  },
  process: { message: 'a contract has no process', write: 'what it needs as arguments' },
  trace: { message: 'a contract has no console', write: "log('…'), which development nodes show" },
};

const FLOATS: Readonly<Record<string, string>> = {
  f32: 'a float',
  f64: 'a float',
  number: '`number`, which is a float',
};
const INTEGERS = 'an integer: u64, or u128 for money, counted in its smallest unit';

/** @throws COMPILE_LANGUAGE */
export function checkLanguage(parser: Parser): void {
  const sources = parser.sources.filter(isUserSource);
  const errors = new Set<string>();
  for (const source of sources) {
    for (const statement of source.statements) {
      if (statement instanceof ClassDeclaration && findDecorator(statement, 'error'))
        errors.add(statement.name.text);
    }
  }
  for (const source of sources) {
    for (const statement of source.statements) visitNodes(statement, (node) => check(node, errors));
  }
}

function check(node: Node, errors: ReadonlySet<string>): void {
  const finding = findStatement(node, errors) ?? findExpression(node) ?? findType(node) ?? findMethod(node);
  if (!finding) return;
  const { message, write } = finding;
  throw new CompileError('COMPILE_LANGUAGE', { message, write, place: placeOf(finding.node ?? node) });
}

function findStatement(node: Node, errors: ReadonlySet<string>): Finding | undefined {
  if (node instanceof ForOfStatement) {
    return {
      message: 'there is no for…of',
      write: 'for (let i = 0; i < list.length; i++) { const item = list[i]; … }',
    };
  }
  if (node instanceof TryStatement) {
    return {
      message: 'nothing can be caught: a call that fails changes nothing at all',
      write: 'a form that returns false instead of failing: tryAdd, trySub, tryTransfer',
    };
  }
  if (node instanceof ThrowStatement && node.value instanceof NewExpression) {
    const name = node.value.typeName.identifier.text;
    if (errors.has(name)) {
      return {
        message: `${name} is an @error class, which is not thrown`,
        write: `revert(${textOf(node.value)})`,
      };
    }
  }
  return undefined;
}

function findExpression(node: Node): Finding | undefined {
  if (node instanceof FloatLiteralExpression) {
    return {
      message: 'floats differ from machine to machine, so contracts have none',
      write: `${INTEGERS}; a share of 3% is amount * 3 / 100`,
    };
  }
  if (node instanceof RegexpLiteralExpression) {
    return {
      message: 'there are no regular expressions',
      write: 'text.indexOf(…), text.startsWith(…), or a loop over text.charCodeAt(i)',
    };
  }
  if (node instanceof ClassExpression) {
    return {
      message: 'a class inside an expression is not supported',
      write: 'a class of its own, beside the contract',
    };
  }
  if (node instanceof PropertyAccessExpression || node instanceof CallExpression) {
    const name = node.expression;
    if (name instanceof IdentifierExpression && Object.hasOwn(GLOBALS, name.text)) return GLOBALS[name.text];
  }
  return undefined;
}

function findType(node: Node): Finding | undefined {
  if (!(node instanceof NamedTypeNode) || node.name.next) return undefined;
  const name = node.name.identifier.text;
  if (Object.hasOwn(FLOATS, name)) {
    return {
      message: `${FLOATS[name]}: floats differ from machine to machine, so contracts have none`,
      write: INTEGERS,
    };
  }
  if (name === 'any' || name === 'unknown') {
    return {
      message: `there is no \`${name}\`: every value has one type`,
      write: 'the type itself, a @struct class, or Uint8Array for bytes nobody reads',
    };
  }
  if (name === 'bigint') {
    return { message: 'there is no bigint', write: 'u128, u256 or i128' };
  }
  if (name === 'Promise') {
    return { message: 'a contract runs at once, to its end', write: 'the type itself, without Promise' };
  }
  return undefined;
}

function findMethod(node: Node): Finding | undefined {
  if (!(node instanceof MethodDeclaration)) return undefined;
  if (!['init', 'call', 'view'].some((kind) => findDecorator(node, kind))) return undefined;
  const { parameters } = (node as FunctionDeclaration).signature as FunctionTypeNode;
  for (const parameter of parameters) {
    if (textOf(parameter.type) !== '') continue;
    const name = parameter.name.text;
    return {
      message: `the parameter ${name} has no type`,
      write: `${name}: u64, or the type it has`,
      node: parameter,
    };
  }
  return undefined;
}

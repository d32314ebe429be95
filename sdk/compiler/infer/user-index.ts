// The author's functions by simple name, for calls whose receiver the walker does not know, and the properties that
// are ever assigned: a struct field of such a name is not what came in.
import {
  BinaryExpression,
  ClassDeclaration,
  FunctionDeclaration,
  MethodDeclaration,
  NamespaceDeclaration,
  PropertyAccessExpression,
  type Source,
  type Statement,
  UnaryPostfixExpression,
  UnaryPrefixExpression,
} from 'assemblyscript';
import type { ContractModel } from '../contract-model.js';
import { isUserSource, TOKENS, unwrap } from '../syntax.js';
import { visitNodes } from './visit-nodes.js';

export interface UserIndex {
  /** Methods, getters and setters of the author's classes other than the contract's, and functions of namespaces. */
  readonly functions: ReadonlyMap<string, readonly FunctionDeclaration[]>;
  /** Names assigned as `x.name = …` anywhere outside generated code. */
  readonly assignedProperties: ReadonlySet<string>;
  /** Operator overloads of the author's classes: any operator may run them. */
  readonly operators: readonly FunctionDeclaration[];
  /** The class that declares a method. */
  readonly owners: ReadonlyMap<FunctionDeclaration, ClassDeclaration>;
}

export function indexUserCode(sources: readonly Source[], contract: ContractModel): UserIndex {
  const functions = new Map<string, FunctionDeclaration[]>();
  const owners = new Map<FunctionDeclaration, ClassDeclaration>();
  const operators: FunctionDeclaration[] = [];
  const assignedProperties = new Set<string>();
  const remotes = new Set(contract.remotes.map((remote) => remote.declaration));
  const add = (declaration: FunctionDeclaration): void => {
    const list = functions.get(declaration.name.text);
    if (list) list.push(declaration);
    else functions.set(declaration.name.text, [declaration]);
  };
  const addAll = (statements: readonly Statement[], nested: boolean): void => {
    for (const statement of statements) {
      if (statement instanceof NamespaceDeclaration) addAll(statement.members, true);
      else if (statement instanceof FunctionDeclaration && nested) add(statement);
      else if (statement instanceof ClassDeclaration) addClass(statement);
    }
  };
  const addClass = (declaration: ClassDeclaration): void => {
    for (const member of declaration.members) {
      if (!(member instanceof MethodDeclaration)) continue;
      owners.set(member, declaration);
      if (contract.classes.includes(declaration) || remotes.has(declaration)) continue;
      // Generated members come from sources of their own and reach no storage.
      if (member.range.source !== declaration.range.source) continue;
      add(member);
      if (
        member.decorators?.some((decorator) => decorator.decoratorKind > 1 && decorator.decoratorKind < 6)
      ) {
        operators.push(member);
      }
    }
  };
  for (const source of sources.filter(isUserSource)) {
    addAll(source.statements, false);
    for (const statement of source.statements) {
      if (statement.range.source === source)
        visitNodes(statement, (node) => noteAssignment(node, assignedProperties, source));
    }
  }
  return { functions, assignedProperties, operators, owners };
}

function noteAssignment(node: unknown, names: Set<string>, source: Source): void {
  let target: unknown;
  if (node instanceof BinaryExpression) {
    if (node.operator < TOKENS.firstAssignment || node.operator > TOKENS.lastAssignment) return;
    target = unwrap(node.left);
  } else if (node instanceof UnaryPostfixExpression || node instanceof UnaryPrefixExpression) {
    if (node.operator !== TOKENS.plusPlus && node.operator !== TOKENS.minusMinus) return;
    target = unwrap(node.operand);
  }
  if (target instanceof PropertyAccessExpression && target.range.source === source)
    names.add(target.property.text);
}

// `@remote('path/to/Token.abi.json')`: the methods of the class are held against the ABI of the contract they call, so
// that a method it does not have, or has otherwise, is refused here and not when money is on the way.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WeftError } from '@weft/runtime/base/errors';
import { type Abi, type AbiMethod, abiLayout, decodeAbi } from '@weft/runtime/types/abi';
import { layoutText } from '@weft/runtime/types/layout';
import { type DecoratorNode, StringLiteralExpression } from 'assemblyscript';
import type { ContractModel, RemoteMethod } from './contract-model.js';
import { CompileError } from './errors.js';
import { findDecorator, placeOf } from './syntax.js';

/** `folder`: the contract's; a path counts from the file it stands in. @throws COMPILE_REMOTE, COMPILE_DECLARATION */
export function checkRemotes(contract: ContractModel, folder: string): void {
  for (const { declaration, methods, resolved } of contract.remotes) {
    const decorator = findDecorator(declaration, 'remote');
    if (!decorator?.args?.length) continue;
    const file = fileOf(decorator);
    const abi = readAbi(
      path.join(folder, path.dirname(declaration.range.source.normalizedPath), file),
      decorator,
    );
    for (const [index, method] of resolved.entries()) {
      const difference = differenceOf(method, abi);
      if (difference === undefined) continue;
      throw new CompileError('COMPILE_REMOTE', { ...difference, place: placeOf(methods[index]!.name) });
    }
  }
}

function fileOf(decorator: DecoratorNode): string {
  const [file, more] = decorator.args ?? [];
  if (file instanceof StringLiteralExpression && !more) return file.value;
  throw new CompileError('COMPILE_DECLARATION', {
    message: '@remote names one file: the ABI of the contract that is called',
    write: "@remote('../token/artifacts/Token.abi.json')",
    place: placeOf(decorator),
  });
}

function readAbi(file: string, decorator: DecoratorNode): Abi {
  try {
    return decodeAbi(readFileSync(file));
  } catch (cause) {
    const isForm = cause instanceof WeftError;
    throw new CompileError(
      'COMPILE_REMOTE',
      {
        message: isForm ? 'the file is not an ABI' : 'the ABI of the contract that is called cannot be read',
        write: isForm
          ? 'the .abi.json that weft build writes'
          : ['weft build of that contract first', 'the path, counted from this file'],
        place: placeOf(decorator),
      },
      cause,
    );
  }
}

function differenceOf(method: RemoteMethod, abi: Abi): { message: string; write: string } | undefined {
  const theirs = abi.methods.find((one) => one.name === method.name);
  if (!theirs || theirs.kind === 'init') {
    const names = abi.methods.filter(({ kind }) => kind !== 'init').map(({ name }) => name);
    return {
      message: theirs
        ? `${abi.name}.${method.name} runs when the contract is created, and never after`
        : `${abi.name} has no method ${method.name}`,
      write:
        names.length > 0
          ? `one of its methods: ${names.join(', ')}`
          : 'another ABI: it has no method to call',
    };
  }
  if (signatureOf(theirs, abi) === ownSignature(method)) return undefined;
  return {
    message: `${abi.name}.${method.name} has another signature`,
    write: declarationOf(theirs),
  };
}

/** By the bytes on the wire: names of structs and of their fields may differ. */
function ownSignature({ args, result }: RemoteMethod): string {
  return `${args.map(({ type }) => layoutText(type.layout)).join()}:${result ? layoutText(result.layout) : ''}`;
}

function signatureOf({ args, result }: AbiMethod, abi: Abi): string {
  const text = (type: string): string => layoutText(abiLayout(abi, type));
  return `${args.map(({ type }) => text(type)).join()}:${result === undefined ? '' : text(result)}`;
}

const SOURCE_TYPES: Readonly<Record<string, string>> = {
  address: 'Address',
  hash: 'Hash',
  bytes: 'Uint8Array',
};

function declarationOf({ name, args, result }: AbiMethod): string {
  const parameters = args.map((arg) => `${arg.name}: ${sourceType(arg.type)}`).join(', ');
  return `abstract ${name}(${parameters}): ${result === undefined ? 'void' : sourceType(result)};`;
}

function sourceType(type: string): string {
  if (type.endsWith('[]')) return `${sourceType(type.slice(0, -2))}[]`;
  if (type.endsWith('?')) return `${sourceType(type.slice(0, -1))} | null`;
  return SOURCE_TYPES[type] ?? type;
}

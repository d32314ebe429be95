// Self-moving keys: a key that depends on storage the same method changes (a next id, the end of a list) is not known
// before the method runs. Such a template is widened to its field, an amount is left open, and a note says so.
import { bytesText } from '@weft/runtime/base/bytes';
import type { AccessTemplate, Expression, KeyExpression } from '@weft/runtime/types/access';
import type { ContractModel } from '../contract-model.js';
import type { FoundTemplate } from './walk.js';

export interface Settled {
  readonly templates: readonly FoundTemplate[];
  readonly notes: readonly string[];
}

/** `others`: templates that are declared; what they write moves too. */
export function settleMoving(
  found: readonly FoundTemplate[],
  others: readonly AccessTemplate[],
  contract: ContractModel,
): Settled {
  const changed = changedFields([...found.map((one) => one.template), ...others]);
  const notes = new Set<string>();
  const nameOf = (field: string): string =>
    contract.fields.find((one) => bytesText(one.id) === field)?.name ?? 'a field';
  const templates = found.map(({ template, place }): FoundTemplate => {
    if (template.kind !== 'key') return { template, place };
    const moving = movingField(keyParts(template.key), changed);
    if (moving !== undefined && template.key.space === 'storage') {
      const name = nameOf(bytesText(template.key.field));
      notes.add(
        `${place} locks all of ${name}: the key depends on ${nameOf(moving)}, which the same method changes`,
      );
      const mode = template.mode === 'read' || template.mode === 'past' ? 'read' : 'write';
      return { template: { kind: 'field', mode, field: template.key.field }, place };
    }
    return { template: settleAmounts(template, changed), place };
  });
  return { templates, notes: [...notes] };
}

/** What a template depends on that the method changes, where it cannot be widened: its field; undefined if nothing. */
export function movingCall(
  template: AccessTemplate,
  all: readonly AccessTemplate[],
  contract: ContractModel,
): string | undefined {
  const changed = changedFields(all);
  const parts =
    template.kind === 'call'
      ? [template.contract, ...template.args]
      : template.kind === 'payload'
        ? [template.contract, template.payload]
        : template.kind === 'key' && template.key.space === 'balance'
          ? [template.key.address]
          : [];
  const moving = movingField(parts, changed);
  return moving === undefined ? undefined : contract.fields.find((one) => bytesText(one.id) === moving)?.name;
}

/** An open amount and no bound say less, and stay true. */
function settleAmounts(
  template: AccessTemplate & { kind: 'key' },
  changed: ReadonlySet<string>,
): AccessTemplate {
  const moves = (part: Expression | undefined): boolean =>
    part !== undefined && movingField([part], changed) !== undefined;
  if (moves(template.bound)) return { kind: 'key', mode: 'write', key: template.key };
  if (!moves(template.amount)) return template;
  const { amount: _, ...rest } = template;
  return rest;
}

function changedFields(templates: readonly AccessTemplate[]): Set<string> {
  const changed = new Set<string>();
  for (const template of templates) {
    if (template.kind === 'key' && template.key.space === 'storage') {
      if (template.mode === 'write' || template.mode === 'add') changed.add(bytesText(template.key.field));
    } else if (template.kind === 'field' && template.mode === 'write') changed.add(bytesText(template.field));
  }
  return changed;
}

function keyParts(key: KeyExpression): readonly Expression[] {
  return key.space === 'balance' ? [key.address] : key.components;
}

/** The first changed field that a value read now (not at the block's start) hangs on. */
function movingField(parts: readonly Expression[], changed: ReadonlySet<string>): string | undefined {
  for (const part of parts) {
    const found = movingIn(part, changed);
    if (found !== undefined) return found;
  }
  return undefined;
}

function movingIn(expression: Expression, changed: ReadonlySet<string>): string | undefined {
  switch (expression.kind) {
    case 'each':
      return movingIn(expression.list, changed);
    case 'hash':
      return movingField(expression.parts, changed);
    case 'field':
      return movingIn(expression.of, changed);
    case 'valueOf': {
      if (expression.mode === 'read' && expression.key.space === 'storage') {
        const field = bytesText(expression.key.field);
        if (changed.has(field)) return field;
      }
      return movingField(keyParts(expression.key), changed);
    }
    default:
      return undefined;
  }
}

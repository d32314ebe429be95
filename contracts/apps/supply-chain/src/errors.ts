// What the application itself reports.
import { defineErrors } from '@weft/runtime/base/errors';

export class SupplyChainError extends defineErrors('SupplyChainError', {
  SUPPLY_EVENTS_MISSING: {
    what: 'the node lists fewer or more events than the ledger counts',
    fix: 'Ask another node: this one leaves events out, or has pruned them.',
  },
  SUPPLY_EVENT_UNKNOWN: { what: 'the ledger holds no such event' },
  SUPPLY_GOOD_UNKNOWN: {
    what: 'no event on the ledger is about this good',
    fix: 'Check the identifier; documents are recorded before goods are traced.',
  },
  SUPPLY_NOT_RECORDED: { what: 'an event of the document was not recorded' },
  SUPPLY_PAGE: { what: 'the page did not do what it should' },
}) {}

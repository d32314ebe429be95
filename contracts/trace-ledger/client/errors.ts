// What is refused of an EPCIS document before anything is sent: the field, what the standard asks for, what stood there.
import { defineErrors } from '@weft/runtime/base/errors';

export class EpcisError extends defineErrors('EpcisError', {
  EPCIS_UNREADABLE: { what: 'the file cannot be read', fix: 'Check the path and its permissions.' },
  EPCIS_NOT_JSON: {
    what: 'the file is not JSON',
    fix: 'Pass an EPCIS 2.0 document in its JSON/JSON-LD form.',
  },
  EPCIS_NOT_DOCUMENT: {
    what: 'the file is not an EPCIS 2.0 document',
    fix: 'The outermost object is an EPCISDocument with epcisBody.eventList (EPCIS 2.0 §10).',
  },
  EPCIS_FIELD_MISSING: { what: 'a field the EPCIS 2.0 standard requires is missing' },
  EPCIS_FIELD_INVALID: { what: 'a field does not have the form the EPCIS 2.0 standard gives it' },
  EPCIS_EVENT_TYPE: { what: 'the event is of no type EPCIS 2.0 defines' },
  EPCIS_TOO_LARGE: {
    what: 'the event is larger than a transaction may carry',
    fix: 'Split it into several events.',
  },
}) {}

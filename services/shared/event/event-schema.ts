import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { NotifyMeEvent } from '../../../contracts/generated/types.ts';
import schema from '../../../contracts/schemas/event.schema.json' with { type: 'json' };
import { describe } from './describe.ts';
import { type Fault, fault, pointerOf } from './faults.ts';

let compiled: ValidateFunction<NotifyMeEvent> | null = null;

/** Compiles contracts/schemas/event.schema.json once; a service calls it at start, so that no request pays for it. */
export function compileEventSchema(): ValidateFunction<NotifyMeEvent> {
  if (compiled) return compiled;
  const ajv = new Ajv2020({ strict: true, allErrors: true, verbose: false });
  addFormats.default(ajv);
  compiled = ajv.compile<NotifyMeEvent>(schema);
  return compiled;
}

/** Every fault of the envelope against its schema; empty when it follows it. */
export function schemaFaults(value: unknown): Fault[] {
  const validate = compileEventSchema();
  return validate(value) ? [] : (validate.errors ?? []).map(faultOf);
}

// ajv points at the object for a missing or an extra member; a reader wants the member itself.
function faultOf({ instancePath, params, message = 'is not valid' }: ErrorObject): Fault {
  const member = params.missingProperty ?? params.additionalProperty;
  const pointer = member === undefined ? instancePath : instancePath + pointerOf([member]);
  return fault('schema', pointer, describe(message, pointer.slice(1) || 'event'));
}

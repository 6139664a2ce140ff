import { createRequire } from 'node:module';
import type * as ajv from '@modelcontextprotocol/server/validators/ajv';

// The bundle uses this module in place of `@modelcontextprotocol/server/_shims` (build/bundle.mjs). The SDK creates a JSON
// Schema validator for every server, but uses it for the answer to an elicitation of the 2025 era only
// (src/mcp/calls/elicitation.ts). Loading Ajv adds about 15 ms to the start-up, so it is loaded for the first schema.
// test/build/lazy-validator.test.ts fails when the SDK changes what this module replaces.

export { default as process } from 'node:process';

type Validator = InstanceType<typeof ajv.AjvJsonSchemaValidator>;

let validator: Validator | undefined;

/** The SDK's own validator, loaded on first use. */
export class DefaultJsonSchemaValidator {
  getValidator(schema: Parameters<Validator['getValidator']>[0]): ReturnType<Validator['getValidator']> {
    validator ??= makeValidator();
    return validator.getValidator(schema);
  }
}

/** `require` because `getValidator` is synchronous. The build puts the file beside the bundle. */
function makeValidator(): Validator {
  const { AjvJsonSchemaValidator }: typeof ajv = createRequire(import.meta.url)('./json-schema-validator.cjs');
  return new AjvJsonSchemaValidator();
}

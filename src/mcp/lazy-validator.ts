import { createRequire } from 'node:module';
import type * as ajv from '@modelcontextprotocol/server/validators/ajv';

// The bundle takes this module in place of `@modelcontextprotocol/server/_shims` (build/bundle.mjs). The SDK makes its
// JSON Schema validator with every server, and asks it only about the answer to a question of ours (src/mcp/elicitation.ts)
// in the 2025 era. Ajv costs a start some 15 ms, so that the validator is made when the first schema arrives.
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

/** By `require`, since `getValidator` must answer at once. The build puts the file beside the bundle. */
function makeValidator(): Validator {
  const { AjvJsonSchemaValidator }: typeof ajv = createRequire(import.meta.url)('./json-schema-validator.cjs');
  return new AjvJsonSchemaValidator();
}

import type { PaidRequest } from '../../jobs/model/types.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { checkSeeds, checkText, countOf, LONGEST_PROMPT } from '../arguments/prompt-rules.ts';
import { askForMask } from '../edit/ask-for-mask.ts';
import { compositeInput, type CompositeInput } from './composite-input.ts';
import { GIVE_BOTH, type Method, methodOf } from './composite-method.ts';
import { objectRequest } from './object-request.ts';
import { placedRequest } from './placed-request.ts';
import { defineGenerationTool } from '../definition/define-generation-tool.ts';
import { COST, OUTCOME } from '../definition/paid-words.ts';

/** Most pictures of a composite into a background (OpenAPI `numVariations`). */
const MOST_PLACED = 3;

/** Composites (OpenAPI `generateObjectCompositeV3Async`, `preciseComposite`, `adaptiveComposite`). */
export const compositeImage = defineGenerationTool({
  name: 'composite_image',
  title: 'Composite image',
  toolset: 'editing',
  description: `Puts an object (product, logo) into a scene with Firefly (composite, mockup): into a background where a mask is white, with light and shadow, all else kept; or into a scene made from a prompt. ${COST} ${OUTCOME} To paint something new into an image use fill_image.`,
  input: compositeInput,
  async askFor(given, services, call) {
    const { image, background, mask, method } = given;
    if (background === undefined || mask !== undefined || method === 'object' || call.choose === undefined)
      return undefined;
    // All but the mask is judged first.
    checkComposite({ ...given, mask: background });
    const picture = await services.imageImport.open(background, call.caller, 'generated');
    const refusal = `${method === undefined ? 'A composite into a background' : `The method ${method}`} needs mask.`;
    const question = {
      tool: 'composite_image',
      words: 'where does the object go',
      isPlace: true,
      refusal,
      next: GIVE_BOTH,
    };
    return askForMask(picture, { ...question, prompt: image }, { services, call, tool: 'composite_image' });
  },
  async toRequest(given, services, call): Promise<PaidRequest> {
    const method = checkComposite(given);
    const context = { services, call, tool: 'composite_image' };
    return method === 'object' ? objectRequest(given, context) : placedRequest(given, method, context);
  },
});

/** Checks what needs no picture. @throws Problem `invalid_argument` */
function checkComposite(given: CompositeInput): Method {
  checkText('prompt', given.prompt, { limit: LONGEST_PROMPT, owner: 'composite_image' });
  checkSeeds(given);
  const method = methodOf(given);
  if (method !== 'object' && countOf(given) > MOST_PLACED) {
    throw invalidArgument(
      `${method} makes at most ${MOST_PLACED} pictures of a call.`,
      'Ask for fewer, or use submit_batch.',
    );
  }
  return method;
}

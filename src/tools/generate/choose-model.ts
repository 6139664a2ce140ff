import type { GatedQueries } from '../../jobs/limits/gated-queries.ts';
import { Problem } from '../../shared/errors.ts';
import type { ProblemCode } from '../../shared/problem-codes.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { findModel, type KnownModel, listModels } from './custom-models.ts';
import type { ToolCall } from '../definition/define.ts';
import { DEFAULT_MODEL, type Model, type ModelHeader } from './generation-rules.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';

/** The arguments that decide the model. */
export interface ModelChoice {
  readonly prompt: string;
  readonly model?: Model | undefined;
  readonly custom_model?: string | undefined;
}

/** Value of `x-model-version`, and the custom model where one is used. */
export interface ChosenModel {
  readonly header: ModelHeader;
  readonly customModel: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * The header of a model of Adobe's, or of a custom model: by `model`, else by its base model, else `image4_custom`; a
 * warning names it (docs/adobe-api.md#custom-models). Reads the list of custom models, which costs nothing.
 * @throws Problem `invalid_argument`, `unknown_custom_model`, `ambiguous_custom_model`, and what listing them raises
 */
export async function chooseModel(
  choice: ModelChoice,
  firefly: GatedQueries,
  call: Pick<ToolCall, 'clock' | 'signal'>,
): Promise<ChosenModel> {
  const { model, custom_model } = choice;
  if (custom_model === undefined) return { header: model ?? DEFAULT_MODEL, customModel: undefined, warnings: [] };
  if (model === 'image5') {
    throw invalidArgument('image5 takes no custom model.', 'Leave model out: the base of the custom model is used.');
  }
  const requested = model === undefined ? undefined : model === 'image3' ? 'image3_custom' : 'image4_custom';
  const known = await lookUp(custom_model, firefly, call);
  if (known === undefined) return unlisted(custom_model, requested);
  checkBase(known, requested);
  checkConcept(known, choice.prompt);
  const header = requested ?? known.header ?? 'image4_custom';
  const source = requested
    ? 'as model asks'
    : known.header
      ? 'from its base model'
      : 'since its base model is not known';
  return {
    header,
    customModel: known.assetId,
    warnings: [`The custom model ${JSON.stringify(known.name)} is used with ${header}, ${source}.`],
  };
}

/** Undefined for an asset id that Adobe does not list, which may work nevertheless. A name has to be in the list. */
async function lookUp(wanted: string, firefly: GatedQueries, call: Pick<ToolCall, 'clock' | 'signal'>) {
  const isAssetId = /^urn:[\x21-\x7e]+$/i.test(wanted);
  try {
    return findModel(wanted, await listModels(firefly, 'all', call));
  } catch (error) {
    const tolerable = error instanceof Problem && !NEEDS_ATTENTION.has(error.code);
    if (isAssetId && tolerable) return undefined;
    throw error;
  }
}

/** Problems that would let the paid request fail as well. */
const NEEDS_ATTENTION: ReadonlySet<ProblemCode> = new Set([
  'credentials_missing',
  'credentials_refused',
  'adobe_unreachable',
]);

function unlisted(assetId: string, requested: ChosenModel['header'] | undefined): ChosenModel {
  const header = requested ?? 'image4_custom';
  const warning = `Adobe does not list this custom model for these credentials, so its rules could not be checked; sent with ${header}.`;
  return { header, customModel: assetId, warnings: [warning] };
}

function checkBase(known: KnownModel, requested: ChosenModel['header'] | undefined): void {
  if (requested === undefined || known.header === undefined || requested === known.header) return;
  const right = known.header === 'image3_custom' ? 'image3' : 'image4_standard';
  throw invalidArgument(`This custom model was trained on ${right.slice(0, 6)}.`, `Leave model out, or pass ${right}.`);
}

/** OpenAPI `CustomModelFF3pInfo.trainingMode`: with "subject", the concept id must be in the prompt. */
function checkConcept({ trainingMode, concept }: KnownModel, prompt: string): void {
  if (trainingMode !== 'subject' || concept === undefined) return;
  if (prompt.toLowerCase().includes(concept.toLowerCase())) return;
  throw invalidArgument(
    'This custom model was trained on a subject, and Adobe requires the name of the subject (its concept) in the prompt.',
    'Name the subject in the prompt by its concept, which the upstream text gives.',
    quoteUntrusted(`concept: ${concept}`),
  );
}

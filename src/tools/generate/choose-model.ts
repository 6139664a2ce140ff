import type { GatedQueries } from '../../jobs/limits/gated-queries.ts';
import { Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text.ts';
import { findModel, type KnownModel, listModels } from './custom-models.ts';
import type { ToolCall } from '../definition/define.ts';
import { DEFAULT_MODEL, type Model, type ModelHeader } from './generation-rules.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';

/** What a caller said about the model. */
export interface ModelChoice {
  readonly prompt: string;
  readonly model?: Model | undefined;
  readonly custom_model?: string | undefined;
}

/** Which header to send, for which custom model. */
export interface ChosenModel {
  readonly header: ModelHeader;
  readonly customModel: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * The header for a plain model, or for a custom model: from `model`, else its base model, else `image4_custom`, and
 * said (DESIGN §3). Reads the list of custom models, which costs nothing.
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
  const asked = model === undefined ? undefined : model === 'image3' ? 'image3_custom' : 'image4_custom';
  const known = await lookUp(custom_model, firefly, call);
  if (known === undefined) return unlisted(custom_model, asked);
  checkBase(known, asked);
  checkConcept(known, choice.prompt);
  const header = asked ?? known.header ?? 'image4_custom';
  const source = asked ? 'as model asks' : known.header ? 'from its base model' : 'since its base model is not known';
  return {
    header,
    customModel: known.assetId,
    warnings: [`The custom model ${JSON.stringify(known.name)} is used with ${header}, ${source}.`],
  };
}

/** Undefined for an asset id that Adobe does not list: it may work all the same. A name has to be found. */
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

/** The paid request would fail for the same reason. */
const NEEDS_ATTENTION: ReadonlySet<string> = new Set([
  'credentials_missing',
  'credentials_refused',
  'adobe_unreachable',
]);

function unlisted(assetId: string, asked: ChosenModel['header'] | undefined): ChosenModel {
  const header = asked ?? 'image4_custom';
  const warning = `Adobe does not list this custom model for these credentials, so its rules could not be checked; sent with ${header}.`;
  return { header, customModel: assetId, warnings: [warning] };
}

function checkBase(known: KnownModel, asked: ChosenModel['header'] | undefined): void {
  if (asked === undefined || known.header === undefined || asked === known.header) return;
  const right = known.header === 'image3_custom' ? 'image3' : 'image4_standard';
  throw invalidArgument(`This custom model was trained on ${right.slice(0, 6)}.`, `Leave model out, or pass ${right}.`);
}

/** OpenAPI `CustomModelFF3pInfo.trainingMode`: with "subject", the concept id must be in the prompt. */
function checkConcept({ trainingMode, concept }: KnownModel, prompt: string): void {
  if (trainingMode !== 'subject' || concept === undefined) return;
  if (prompt.toLowerCase().includes(concept.toLowerCase())) return;
  throw invalidArgument(
    'This custom model was trained on a subject, and Adobe requires the name of the subject (its concept) in the prompt.',
    'Put the concept, as given in the upstream text, into the prompt where the subject is meant.',
    quoteUntrusted(`concept: ${concept}`),
  );
}

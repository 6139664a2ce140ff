import type { Actor } from '../../shared/problem-codes.ts';
import type { UpstreamError } from '../http/answer/error-body.ts';
import type { SentFacts } from '../lost-sources.ts';
import type { ProblemDraft } from '../problems.ts';

/** Where Adobe has refused. */
const NOTHING_MADE = 'Nothing was generated.';

/** A model that Adobe does not offer to this account. */
export function modelNotAvailable(sent: SentFacts | undefined, actor?: Actor): ProblemDraft {
  const message = 'This model is not available to this account at Adobe.';
  // An operation without a choice of models has one of its own.
  const isOnly = sent !== undefined && (sent.isOnlyModel === true || !sent.hasModel);
  if (isOnly && actor === undefined) {
    const next = `${NOTHING_MADE} There is no other model for this: have an administrator look at the products of this project in the Adobe Developer Console.`;
    return ['model_not_available', message, next, 'operator'];
  }
  return ['model_not_available', message, 'Choose another model; list_custom_models shows the custom ones.', actor];
}

/** A request body has texts, ids and URLs, and no picture; only an upload carries one. */
export function tooLarge(isUpload: boolean, sent: SentFacts | undefined): ProblemDraft {
  if (isUpload) return ['invalid_request', 'The picture is too large for Adobe.', 'Use a smaller picture.'];
  const message = 'The request is too large for Adobe.';
  const hasPictures = sent === undefined || sent.uploadIds.length + sent.urls > 0;
  if (hasPictures && sent?.hasTexts === false) return ['invalid_request', message, 'Use smaller pictures.'];
  if (hasPictures) return ['invalid_request', message, 'Shorten its texts, or use smaller pictures.'];
  return ['invalid_request', message, 'Shorten its texts; no picture was sent with it.'];
}

/** A refusal of the fields of a request, or of a picture that is uploaded. */
export function invalid(isUpload: boolean, error: UpstreamError): ProblemDraft {
  if (isUpload) {
    const next = `${NOTHING_MADE} Use another picture, or save it anew as JPEG or PNG.`;
    return ['invalid_request', 'Adobe refused the picture as invalid.', next];
  }
  const message = 'Adobe refused the request as invalid.';
  const namesFields = error.fields.length > 0 || error.text !== undefined;
  const next = namesFields
    ? 'Correct the fields that Adobe names.'
    : 'Adobe does not say what is wrong: change the arguments, or report it with the log.';
  return ['invalid_request', message, `${NOTHING_MADE} ${next}`];
}

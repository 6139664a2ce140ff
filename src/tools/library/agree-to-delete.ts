import { countsByKind, deletionDetails, type DeletionToTell } from '../../render/pictures/deletion.ts';
import { Problem } from '../../shared/errors.ts';
import { requireConsent } from '../definition/confirmation.ts';
import type { Consent, Question } from '../definition/consent.ts';
import type { ToolCall } from '../definition/define.ts';

/**
 * Returns once a person has agreed to this very deletion. What was asked about is remembered until it is answered, so that
 * the call that brings the answer deletes the same pictures.
 * @throws Problem `confirmation_required`; what `call.ask` throws
 */
export async function agreeToDelete(
  deletion: DeletionToTell,
  { key, confirmed }: { readonly key: string; readonly confirmed: boolean },
  call: ToolCall,
): Promise<void> {
  const { principal } = call.caller;
  const what = countsByKind(deletion.doomed);
  const details = deletionDetails(deletion);
  const ids = deletion.doomed.map(({ id }) => id);
  call.asked?.add(principal, key, ids);
  let answer: Consent = 'cannot_ask';
  const { ask } = call;
  const listening = ask && (async (question: Question) => (answer = await ask(question)));
  try {
    await requireConsent(
      {
        question: { act: 'delete', text: `Delete ${what} for good? ${details}`, box: `Yes, delete ${what}` },
        call: `delete ${ids.join(' ')}`,
        confirmed,
        refusal: `This call would delete ${what} for good: ${details} A person has to agree to that first.`,
        undone: 'Nothing was deleted.',
      },
      { ...call, ask: listening },
    );
  } catch (error) {
    // A question that came back without a yes is over; the next one is about what matches then.
    if (error instanceof Problem && answer !== 'cannot_ask') call.asked?.forget(principal, key);
    throw error;
  }
}

import { invalidArgument } from '../../arguments/invalid-argument.ts';

/** Orders to take something away, at the beginning of a text, in languages that people write in. No picture begins so. */
const ORDERS: readonly RegExp[] = [
  /^(?:please )?(?:remove|erase|eliminate|get rid of|take (?:away|out))(?![\p{L}-])/iu,
  /^(?:please )?delete(?: (?:the|this|that|these|those|all|every\w*|it|them|him|her|an?|my|his)\b|$)/iu,
  /^(?:bitte )?(?:entfern(?:e|en)?|lösch(?:e|en)?|radier(?:e|en)?)(?!\p{L})/iu,
  /^(?:supprime[rz]?|enl[eè]ve[rz]?|efface[rz]?|elimina[r]?|quita[r]?|borra[r]?|rimuov[ie]|rimuovere|remova)(?!\p{L})/iu,
  /^(?:verwijder(?:en)?|usuń|usunąć|удали(?:ть|те)?|убери(?:те)?|убрать)(?!\p{L})/iu,
  /^(?:削除|消して|删除|去掉|移除|刪除)/u,
];

/**
 * Refuses a prompt that orders to remove something: Adobe paints what a prompt names, so that the picture would be paid for
 * and show once more what was to go.
 * @throws Problem `invalid_argument`
 */
export function checkContent(prompt: string | undefined): void {
  const text = prompt?.trim().slice(0, 100).normalize('NFC') ?? '';
  if (!ORDERS.some((order) => order.test(text))) return;
  throw invalidArgument(
    'The prompt asks to remove something, but fill_image paints what its prompt names.',
    'To remove what the mask covers, leave prompt out; to put something else there, describe only that. Nothing was spent.',
  );
}

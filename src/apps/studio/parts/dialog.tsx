import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useStore } from '../session/store.ts';
import { useStudio } from '../session/studio.ts';
import { Button, IconButton } from './button.tsx';

/**
 * A window over the page. It holds the focus, `Escape` closes it, and the focus goes back where it came from. Without
 * `onClose` it stays until the page takes it away.
 */
export function Dialog({
  title,
  children,
  onClose,
}: {
  title: string;
  children: ComponentChildren;
  onClose?: () => void;
}) {
  const own = useRef<HTMLDialogElement>(null);
  const name = useId();
  const { t } = useStudio();
  useEffect(() => {
    const dialog = own.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={own}
      class="dialog"
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="row">
        <h2 id={name} class="grow">
          {title}
        </h2>
        {onClose === undefined ? null : <IconButton icon="close" label={t.close} onPress={onClose} />}
      </div>
      {children}
    </dialog>
  );
}

/** The question that waits for the person, where there is one. */
export function QuestionDialog() {
  const studio = useStudio();
  const question = useStore(studio.question);
  if (question === undefined) return null;
  return (
    <Dialog title={question.title} onClose={() => question.answer(false)}>
      <p dir="auto">{question.note}</p>
      <div class="actions">
        <Button look="main" onPress={() => question.answer(true)}>
          {question.yes}
        </Button>
        <Button onPress={() => question.answer(false)}>{question.no}</Button>
      </div>
    </Dialog>
  );
}

import { useState } from 'preact/hooks';
import type { Work } from '../../model/answers.ts';
import { Button } from '../../parts/button.tsx';
import { useStudio } from '../../session/studio.ts';

/** Takes a job back. "Free" is said where nothing was sent. */
export function Cancel({ job, isFree, words }: { job: string; isFree: boolean; words?: string }) {
  const studio = useStudio();
  const { t } = studio;
  const [busy, setBusy] = useState(false);
  const cancel = async (): Promise<void> => {
    setBusy(true);
    const answer = await studio.call<Work>('cancel_job', { job });
    if (answer.summary === undefined) studio.wrong(answer.error);
    else studio.remark(answer.summary);
    await studio.refresh();
    setBusy(false);
  };
  return (
    <Button icon="close" disabled={busy} onPress={() => void cancel()}>
      {words ?? (isFree ? t.card.cancelFree : t.card.cancel)}
    </Button>
  );
}

import { useState } from 'preact/hooks';
import type { Work } from '../../model/answers.ts';
import { outcomeOf } from '../../model/outcome.ts';
import { Button, Ticket } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { spend } from '../../session/jobs.ts';
import { useStudio } from '../../session/studio.ts';
import { useOpenStudio } from '../inline/open-studio.ts';
import { copyText } from '../../session/copy-text.ts';

/** What went wrong with a work, what it cost, and the ways on; nothing where all is well. */
export function OutcomeNotice({ work, onWork }: { work: Work; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const open = useOpenStudio();
  const outcome = outcomeOf(studio.demo.value ? { ...work, demo: true } : work, t);
  if (outcome === undefined) return null;
  const { error, prompt, tool, model, size, count } = work;
  // Other words change nothing about a budget that is used, or about access.
  const isTheirs = error?.who_can_act !== 'wait' && error?.who_can_act !== 'operator';
  return (
    <>
      <Notice {...outcome}>
        {outcome.words === undefined || outcome.words === '' ? null : <p dir="auto">{outcome.words}</p>}
      </Notice>
      {outcome.unknown === true ? <SendAgain work={work} onWork={onWork} /> : null}
      {error === undefined || outcome.unknown === true ? null : (
        <div class="actions">
          {prompt !== undefined && tool === 'generate_image' && isTheirs ? (
            <Button
              icon="text"
              look="main"
              onPress={() => {
                studio.prefilled.set({ prompt, model, size, count });
                open({ view: 'new' });
              }}
            >
              {t.outcome.changePrompt}
            </Button>
          ) : null}
          <Button icon="copy" onPress={() => void copyText(studio, t.outcome.details(error))}>
            {t.outcome.copyDetails}
          </Button>
        </div>
      )}
    </>
  );
}

/** Two steps to what may be paid twice: a box to tick, then the ticket. */
function SendAgain({ work, onWork }: { work: Work; onWork: (work: Work) => void }) {
  const studio = useStudio();
  const { t } = studio;
  const [accepted, setAccepted] = useState(false);
  const cost = work.cost ?? { operations: work.count ?? 1, requests: 1, estimate: false };
  return (
    <>
      <label class="row top-aligned">
        <input type="checkbox" checked={accepted} onChange={(event) => setAccepted(event.currentTarget.checked)} />
        <span class="small">{t.outcome.accept}</span>
      </label>
      <div class="actions">
        <Ticket
          verb={t.outcome.sendAgain}
          cost={cost}
          disabled={!accepted}
          onSpend={async () =>
            onWork(await spend(studio, 'resubmit_job', { job: work.job, accept_possible_charge: true }))
          }
        />
      </div>
    </>
  );
}

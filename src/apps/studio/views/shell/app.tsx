import { useEffect, useState } from 'preact/hooks';
import { QuestionDialog } from '../../parts/dialog.tsx';
import { Remarks, Strips } from '../../parts/strips.tsx';
import type { Foreground } from '../../session/foreground.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { ListingCard, MaskCard } from '../inline/asides.tsx';
import { Card } from '../inline/card.tsx';
import { LibraryView } from '../library/library-view.tsx';
import { NewView } from '../new/new-view.tsx';
import { PaintPlace } from '../painter/paint-place.tsx';
import { QueueView } from '../queue/queue-view.tsx';
import { ResultView } from '../result/result-view.tsx';
import { Keys } from './keys.tsx';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { useShortcuts } from './shortcuts.ts';

/** The page: a card in the chat, or the whole studio. */
export function App({ foreground }: { foreground: Foreground }) {
  const studio = useStudio();
  useStore(studio.texts);
  const context = useStore(studio.context);
  const expanded = useStore(studio.expanded);
  const isWhole = studio.bridge.kind === 'browser' || context.displayMode === 'fullscreen' || expanded;
  const isInPlace = isWhole && studio.bridge.kind === 'apps' && context.displayMode !== 'fullscreen';
  useEffect(() => {
    document.body.classList.toggle('inline', !isWhole);
    document.body.classList.toggle('in-place', isInPlace);
  }, [isWhole, isInPlace]);
  return (
    <>
      {isWhole ? <Whole foreground={foreground} /> : <Inline foreground={foreground} />}
      <QuestionDialog />
      <SignIn />
      <Remarks />
    </>
  );
}

function Whole({ foreground }: { foreground: Foreground }) {
  const studio = useStudio();
  const route = useStore(studio.route);
  const [keys, setKeys] = useState(false);
  // Views of a browser that never came in would wait for ever, or say that there is nothing.
  const isOutside = useStore(studio.connection) === 'session' && !studio.overview.value;
  useShortcuts(() => setKeys(true));
  return (
    <Shell
      onBack={route.view === 'paint' ? () => studio.go({ view: 'picture', image: route.image }) : undefined}
      onKeys={() => setKeys(true)}
    >
      {isOutside ? <main /> : <View foreground={foreground} />}
      {keys ? <Keys onClose={() => setKeys(false)} /> : null}
    </Shell>
  );
}

/** The view of a place. */
function View({ foreground }: { foreground: Foreground }) {
  const studio = useStudio();
  const route = useStore(studio.route);
  if (route.view === 'paint') return <PaintPlace image={route.image} mask={route.mask} />;
  if (route.view === 'library') return <LibraryView />;
  if (route.view === 'queue') return <QueueView />;
  if (route.view === 'new') return <NewView onWork={foreground.take} />;
  return <ResultView onWork={foreground.take} />;
}

function Inline({ foreground }: { foreground: Foreground }) {
  const studio = useStudio();
  const demo = useStore(studio.demo);
  const aside = useStore(foreground.aside);
  return (
    <article class={`card ${demo ? 'is-demo' : ''}`}>
      <Strips />
      {aside?.kind === 'mask' ? (
        <MaskCard made={aside.made} />
      ) : aside?.kind === 'listing' ? (
        <ListingCard entries={aside.entries} />
      ) : (
        <Card onWork={foreground.take} />
      )}
    </article>
  );
}

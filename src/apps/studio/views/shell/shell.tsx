import type { ComponentChildren } from 'preact';
import { IconButton, Button } from '../../parts/button.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Strips } from '../../parts/strips.tsx';
import type { Route } from '../../session/route.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { UploadList } from '../library/uploads.tsx';
import { Meter } from './meter.tsx';

type Tab = 'new' | 'result' | 'library' | 'queue';

const TABS: readonly (readonly [tab: Tab, icon: IconName])[] = [
  ['new', 'plus'],
  ['result', 'picture'],
  ['library', 'grid'],
  ['queue', 'list'],
];

interface ShellProps {
  readonly children: ComponentChildren;
  /** Leaves the painter, which takes the tab bar of a phone for its tools. */
  readonly onBack?: (() => void) | undefined;
  readonly onKeys: () => void;
}

/** The frame of the whole studio: strips, top bar, a view, and on a phone the tab bar. */
export function Shell({ children, onBack, onKeys }: ShellProps) {
  const studio = useStudio();
  const focus = onBack !== undefined;
  const { t } = studio;
  const demo = useStore(studio.demo);
  const context = useStore(studio.context);
  return (
    <div class={`app ${demo ? 'is-demo' : ''} ${focus ? 'focus' : ''}`}>
      <div class="slot">
        <Strips />
      </div>
      <header class="top">
        {focus ? (
          <span class="only-s">
            <Button look="ghost" onPress={onBack}>
              <Icon name="chevron" small flip />
              {t.back}
            </Button>
          </span>
        ) : null}
        <span class="brand">
          <Mark />
          <span>{t.studio}</span>
        </span>
        <nav aria-label={t.viewsLabel}>
          <Tabs small />
        </nav>
        <span class="grow" />
        <Meter />
        <IconButton icon="keyboard" label={t.allKeys} keys="?" class="hide-s" onPress={onKeys} />
        {studio.bridge.kind === 'apps' ? (
          <Button
            icon="close"
            look="ghost"
            onPress={() => {
              studio.expanded.set(false);
              if (context.displayMode === 'fullscreen') void studio.bridge.requestDisplayMode('inline');
            }}
          >
            <span class="hide-s">{t.backToChat}</span>
            <span class="only-s sr">{t.backToChat}</span>
          </Button>
        ) : null}
      </header>
      {children}
      {studio.bridge.can.upload ? <UploadList /> : null}
      {focus ? null : (
        <nav class="tabbar" aria-label={t.viewsLabel}>
          <Tabs />
        </nav>
      )}
    </div>
  );
}

function Tabs({ small = false }: { small?: boolean }) {
  const studio = useStudio();
  const { t } = studio;
  const current = tabOf(useStore(studio.route));
  const overview = useStore(studio.overview);
  const busy = (overview?.queued ?? 0) + (overview?.running ?? 0);
  return (
    <>
      {TABS.map(([tab, icon]) => (
        <button
          key={tab}
          type="button"
          class="button"
          aria-current={tab === current ? 'page' : undefined}
          onClick={() => studio.go({ view: tab })}
        >
          <Icon name={icon} small={small} />
          {t.views[tab]}
          {tab === 'queue' && busy > 0 ? <span class="badge num">{studio.f.number(busy)}</span> : null}
        </button>
      ))}
    </>
  );
}

function tabOf({ view }: Route): Tab {
  return view === 'new' || view === 'library' || view === 'queue' ? view : 'result';
}

function Mark() {
  return (
    <svg viewBox="0 0 22 22" aria-hidden="true">
      <path d="M3 8V3h5M14 3h5v5M19 14v5h-5M8 19H3v-5" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M7.5 7.5h7v7h-7Z" fill="currentColor" />
    </svg>
  );
}

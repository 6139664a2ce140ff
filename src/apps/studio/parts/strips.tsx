import { useEffect } from 'preact/hooks';
import { useStore } from '../session/store.ts';
import { useStudio } from '../session/studio.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** Time that a toast stays, long enough to be read twice; and for each of its characters, where it is long. */
const TOAST_MS = 4000;
const CHARACTER_MS = 90;

/** What holds for all of the page: the demo, a lost connection, a session that is over. */
export function Strips() {
  const studio = useStudio();
  const { t } = studio;
  const demo = useStore(studio.demo);
  const connection = useStore(studio.connection);
  return (
    <>
      {demo ? (
        <div class="demo" role="note">
          <b>{t.demo}</b>
          <span class="hide-s">{t.demoNote}</span>
          <span class="only-s">{t.demoShort}</span>
        </div>
      ) : null}
      {connection === 'good' || (connection === 'session' && studio.bridge.signIn !== undefined) ? null : (
        <div class="offline-strip" role="alert">
          <Icon name={connection === 'offline' ? 'offline' : 'lock'} small />
          <span class="grow">
            {connection === 'offline' ? t.offline(demo) : studio.overview.value ? t.sessionOver : t.outside}
          </span>
          {connection === 'offline' ? <Button onPress={() => void studio.refresh()}>{t.tryNow}</Button> : null}
        </div>
      )}
    </>
  );
}

/** What screen readers are told, and the short word at the edge of the window. */
export function Remarks() {
  const studio = useStudio();
  const spoken = useStore(studio.spoken);
  const toast = useStore(studio.toast);
  useEffect(() => {
    if (toast === '') return;
    const timer = setTimeout(() => studio.toast.set(''), Math.max(TOAST_MS, CHARACTER_MS * toast.length));
    return () => clearTimeout(timer);
  }, [toast, studio]);
  return (
    <>
      <div class="sr" role="status" aria-live="polite">
        {spoken}
      </div>
      {toast === '' ? null : (
        <div class="toast" aria-hidden="true">
          {toast}
        </div>
      )}
    </>
  );
}

import { useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/fields.tsx';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';

/** Asks for a token where the server takes one and this browser is not signed in. What is on the page stays below. */
export function SignIn() {
  const studio = useStudio();
  const connection = useStore(studio.connection);
  const { signIn } = studio.bridge;
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState('');
  const { t } = studio;
  if (connection !== 'session' || signIn === undefined) return null;
  const send = async (): Promise<void> => {
    const isIn = await signIn(token.trim()).catch(() => undefined);
    if (isIn !== true) return setProblem(isIn === false ? t.signIn.wrong : t.signIn.away);
    // A page that has asked for nothing yet, or in vain, begins anew; one with work on it goes on.
    if (studio.overview.value === undefined) return location.reload();
    setToken('');
    setProblem('');
    void studio.refresh();
  };
  return (
    <Dialog title={t.signIn.title}>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Field label={t.signIn.token} note={t.signIn.note}>
          {(id) => (
            <input
              id={id}
              class="input"
              type="password"
              autocomplete="current-password"
              aria-describedby={`${id}-note`}
              value={token}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
          )}
        </Field>
        <p role="alert">{problem}</p>
        <button type="submit" class="button main" disabled={token.trim() === ''}>
          {t.signIn.go}
        </button>
      </form>
    </Dialog>
  );
}

import { faultText, post } from '../api.ts';
import { h, setText } from '../dom.ts';
import { tellOtherTabs } from '../sessions.ts';
import type { View, ViewParts } from './view.ts';

/** Who asks from another machine says the password first. */
export function loginView({ bench }: ViewParts): View {
  const fault = h('p', { role: 'alert' });
  const password = h('input', {
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  }) as HTMLInputElement;
  const form = h(
    'form',
    {
      submit: (event) => {
        event.preventDefault();
        setText(fault, '');
        post('session', { password: password.value })
          .then(() => {
            tellOtherTabs();
            return bench.start();
          })
          .catch((error: unknown) => setText(fault, faultText(error)));
      },
    },
    h('div', { class: 'row' }, h('label', {}, 'Password', password), h('button', { class: 'main' }, 'Log in')),
    fault,
  );
  return {
    element: h(
      'div',
      {},
      h('h1', {}, 'Log in'),
      form,
      h('p', { class: 'quiet' }, '“loadstep web password” sets it, on the machine of the bench.'),
    ),
  };
}

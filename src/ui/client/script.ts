/**
 * What the browser does beyond showing a page; every page works without it. Parts marked `data-live` are taken anew when
 * the store changed, and when a form marked `data-ask` is filled in otherwise: by asking for the same page and putting
 * its parts in the place of those that are shown.
 */
export const clientScript = `
(() => {
  'use strict';
  document.documentElement.classList.add('scripted');
  let turn = 0;

  // What scrolls by itself has to be reached by keys too.
  const reach = () => {
    for (const each of document.querySelectorAll('figure,.scroll')) if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
  };
  reach();
  addEventListener('resize', reach);

  const opened = (part) => [...part.querySelectorAll('details[open]')].some((each) => each.matches('.act') || each.contains(document.activeElement));

  async function renew(address, { keepFocused }) {
    const mine = ++turn;
    let answer;
    try {
      answer = await fetch(address, { headers: { accept: 'text/html' } });
    } catch {
      return;
    }
    if (!answer.ok || mine !== turn) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (mine !== turn) return;
    for (const part of document.querySelectorAll('[data-live]')) {
      const fresh = part.id === '' ? null : page.getElementById(part.id);
      if (fresh === null || part.innerHTML === fresh.innerHTML) continue;
      if (keepFocused && (opened(part) || part.querySelector('input:focus,textarea:focus,select:focus'))) continue;
      const inner = [...part.querySelectorAll('[data-answer]')];
      const typing = part.contains(document.activeElement) && document.activeElement.closest('[data-ask]');
      if (typing && inner.length > 0) {
        for (const each of inner) {
          const other = page.getElementById(each.id);
          if (other !== null) each.replaceChildren(...other.childNodes);
        }
      } else part.replaceChildren(...fresh.childNodes);
    }
    reach();
    const title = page.querySelector('title');
    if (title !== null) document.title = title.textContent;
  }

  const addressOf = (form) => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== '') query.append(name, value);
    const text = query.toString();
    return new URL(form.getAttribute('action') + (text === '' ? '' : '?' + text), location.href).href;
  };

  let waiting;
  function ask(form, delay) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = addressOf(form);
      if (new URL(address).pathname !== location.pathname) {
        location.href = address;
        return;
      }
      history.replaceState(null, '', address);
      void renew(address, { keepFocused: false });
    }, delay);
  }
  document.addEventListener('input', ({ target }) => {
    const form = target.closest('form[data-ask]');
    if (form !== null) ask(form, target.matches('input') ? 150 : 0);
  });
  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-ask]')) return;
    event.preventDefault();
    ask(event.target, 0);
  });

  function step(by) {
    const rows = [...document.querySelectorAll('table[data-rows] tbody tr')].filter((row) => row.querySelector('a') !== null);
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
    next.querySelector('a').focus();
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input,select,textarea')) return;
    if (event.key === '/') {
      const field = document.querySelector('[data-filter]');
      if (field === null) return;
      event.preventDefault();
      field.focus();
    } else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
  });

  if (document.querySelector('[data-live]') !== null) {
    const events = new EventSource('/events');
    events.addEventListener('changed', () => void renew(location.href, { keepFocused: true }));
  }
})();
`;

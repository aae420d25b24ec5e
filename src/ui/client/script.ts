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
          if (other !== null && !each.contains(document.activeElement)) each.replaceChildren(...other.childNodes);
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

  // What tells of a run lights up wherever it stands.
  const light = ({ target }) => {
    const run = target.closest('[data-run]')?.dataset.run;
    for (const each of document.querySelectorAll('.lit')) each.classList.remove('lit');
    if (run === undefined) return;
    for (const each of document.querySelectorAll('[data-run]')) if (each.dataset.run === run) each.classList.add('lit');
  };
  document.addEventListener('pointerover', light);
  document.addEventListener('focusin', light);

  // Along an axis only the runs that cross it there are wanted; a click wants all of it.
  document.addEventListener('pointerdown', (event) => {
    const axis = event.target.closest('[data-axis]');
    const form = document.querySelector('form[data-ask]');
    if (axis === null || form === null || event.button !== 0) return;
    event.preventDefault();
    axis.setPointerCapture(event.pointerId);
    const band = axis.previousElementSibling;
    const [top, height, low, high] = [axis.getAttribute('y'), axis.getAttribute('height'), axis.dataset.low, axis.dataset.high].map(Number);
    const shareAt = ({ clientY }) => {
      const box = axis.getBoundingClientRect();
      return Math.min(1, Math.max(0, (box.bottom - clientY) / box.height));
    };
    const from = shareAt(event);
    const ends = (now) => [Math.min(from, now), Math.max(from, now)];
    const draw = (moved) => {
      const [foot, head] = ends(shareAt(moved));
      band.setAttribute('y', String(top + (1 - head) * height));
      band.setAttribute('height', String((head - foot) * height));
    };
    axis.addEventListener('pointermove', draw);
    const end = (last) => {
      axis.removeEventListener('pointermove', draw);
      const [foot, head] = last.type === 'pointerup' ? ends(shareAt(last)) : [0, 1];
      const all = head - foot < 0.02;
      const value = (share) => String(Number((low + share * (high - low)).toPrecision(4)));
      const write = (name, text) => {
        const field = form.elements.namedItem(name + ':' + axis.dataset.axis);
        if (field !== null) field.value = text;
      };
      // Near an end means the end.
      write('least', all || foot < 0.03 ? '' : value(foot));
      write('most', all || head > 0.97 ? '' : value(head));
      ask(form, 0);
    };
    axis.addEventListener('pointerup', end, { once: true });
    axis.addEventListener('pointercancel', end, { once: true });
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
    let again;
    // What was being asked may have come before this page listened: nobody tells of it then.
    const awaitAnswers = () => {
      clearTimeout(again);
      if (document.querySelector('[data-live] [data-awaited]') !== null) again = setTimeout(take, 1000);
    };
    const take = () => void renew(location.href, { keepFocused: true }).finally(awaitAnswers);
    events.addEventListener('changed', take);
    awaitAnswers();
  }
})();
`;

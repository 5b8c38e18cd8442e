// Keys and announcements of the pages. Everything works without it; it adds nothing that a form or link cannot do.
"use strict";

// Whether a key is meant for a field. The other scripts use it as well.
const typing = ({ target }) =>
  target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);

(() => {
  const EVERY = 30000; // milliseconds between two questions for what is new
  const list = document.querySelector("[data-list]");
  const help = document.getElementById("keys");
  const search = document.querySelector("[data-search]");

  // An empty field says nothing: it need not stand in the address.
  document.querySelectorAll('form[method="get"]').forEach((form) => {
    form.addEventListener("submit", () => {
      form.querySelectorAll("input, select").forEach((field) => { if (!field.value) field.disabled = true; });
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll('form[method="get"] :disabled').forEach((field) => { field.disabled = false; });
  });

  // What the key says, or where it lies: with an Arabic layout the key j writes ت.
  function said(event) {
    if (/^[ -~]$/.test(event.key)) return event.key;
    return { KeyJ: "j", KeyK: "k", Slash: event.shiftKey ? "?" : "/" }[event.code];
  }

  function move(by) {
    const links = [...list.querySelectorAll("a.open")];
    const at = links.findIndex((link) => link.closest("li").contains(document.activeElement));
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))];
    if (next) {
      next.focus({ preventScroll: true });
      next.closest("li").scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event)) return;
    if (help && help.open) return;
    const key = said(event);
    if (list && key === "j") move(1);
    else if (list && key === "k") move(-1);
    else if (search && key === "/") { search.focus(); search.select(); }
    else if (help && key === "?") help.showModal();
    else return;
    event.preventDefault();
  });

  // What is new is said above the list, which stays as it is under the reader's eyes until they ask for it.
  const newer = document.querySelector("[data-newer]");
  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(newer.dataset.newer, { credentials: "same-origin", headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      if (!found.count || newer.dataset.said === found.says) return;
      newer.dataset.said = found.says;
      const link = document.createElement("a");
      link.href = newer.dataset.show;
      link.textContent = found.says + " – " + newer.dataset.word;
      newer.replaceChildren(link);
    } catch { /* without a network nothing is new; the next question comes by itself */ }
  }
  if (newer && "fetch" in window) {
    setInterval(ask, EVERY);
    document.addEventListener("visibilitychange", ask);
  }
})();

// One key for each verdict, undo and skip. All of it can be done with the buttons alone. keys.js stands before it.
"use strict";
(() => {
  const form = document.getElementById("review-form");
  const more = document.getElementById("more");
  const hint = document.querySelector(".keys-help");
  const ASKS = ["wrong_type", "wrong_place", "duplicate"]; // verdicts that can say what is right
  let pending = null;

  // What the key says, or where it lies: with an Arabic layout the key c writes ؤ.
  function said(event) {
    return /^[ -~]$/.test(event.key) ? event.key.toLowerCase() : (/^(?:Key|Digit)(.)$/.exec(event.code) || ["", ""])[1].toLowerCase();
  }

  function filled(part) {
    return [...part.querySelectorAll("input")].some((field) => field.type === "checkbox" ? field.checked : field.value);
  }

  function press(button) {
    const part = form && ASKS.includes(button.value) ? form.querySelector(`[data-for="${button.value}"]`) : null;
    if (part && pending !== button && !filled(part)) {
      pending = button;
      more.open = true;
      hint.textContent = hint.dataset.hint;
      part.querySelector("input").focus();
      return;
    }
    button.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
    if (event.key === "Escape" && pending) {
      pending = null;
      hint.textContent = "";
      document.activeElement.blur();
      return;
    }
    if (event.key === "Enter" && pending && form.contains(event.target) && event.target.tagName === "INPUT") {
      event.preventDefault();
      pending.click();
      return;
    }
    if (typing(event)) return;
    const key = said(event);
    if (!key) return;
    if (form && "123".includes(key)) {
      const box = form.querySelectorAll('[name="types"]')[Number(key) - 1];
      more.open = true;
      box.checked = !box.checked;
      box.focus();
      event.preventDefault();
      return;
    }
    const button = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
    if (!button) return;
    event.preventDefault();
    press(button);
  });

  // Enter in a field must not give the first verdict by accident.
  if (form) {
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT" && !pending) event.preventDefault();
    });
    form.addEventListener("submit", () => {
      const buttons = form.querySelectorAll("button");
      setTimeout(() => buttons.forEach((button) => { button.disabled = true; }));
    });
    window.addEventListener("pageshow", () => form.querySelectorAll("button").forEach((button) => { button.disabled = false; }));
  }
})();

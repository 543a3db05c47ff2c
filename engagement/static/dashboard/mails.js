// The mail editor works without this. With it, values are put in at a press, and the previews follow
// the typing.
(() => {
  const form = document.querySelector("form[data-live]");
  if (!form) return;

  let last = form.querySelector("textarea:not([readonly]), input[type=text]:not([readonly])");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[name^='text-']:not([readonly])")) last = event.target;
  });

  for (const code of document.querySelectorAll("code[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "mail-insert";
    button.textContent = code.textContent;
    button.addEventListener("click", () => {
      if (!last) return;
      const { selectionStart: from, selectionEnd: to } = last;
      last.setRangeText(code.dataset.insert, from, to, "end");
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
    code.replaceWith(button);
  }
  for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;

  // Without the button to keep a draft, one may only look.
  if (!form.querySelector("button[name=deed]")) return;
  let waiting;
  const follow = async () => {
    const draft = new FormData(form);
    draft.set("deed", "keep");
    draft.delete("picture_file"); // goes along when a button is pressed
    const answer = await fetch(form.action, { method: "POST", body: draft, credentials: "same-origin" });
    if (!answer.ok) return;
    for (const frame of document.querySelectorAll("iframe[data-preview]")) {
      const address = new URL(frame.src);
      address.searchParams.set("with", form.elements.with.value);
      address.searchParams.set("at", Date.now());
      frame.src = address;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(follow, 700);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
})();
